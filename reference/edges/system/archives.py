"""Archives of arrays (NPZ): read without unpickling, refused by one error whatever is wrong."""

import lzma
import struct
import tokenize
import warnings
import zlib
from typing import IO
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt
import psutil
from numpy.lib.npyio import NpzFile

BROKEN = (BadZipFile, EOFError, KeyError, RuntimeError, OSError, zlib.error, lzma.LZMAError)
"""What damaged archives lead to in `zipfile`."""

ILL_TOLD = (ValueError, TypeError, OverflowError, SyntaxError, tokenize.TokenError, struct.error)
"""What an array that is not what its header tells leads to, pickled objects included."""


class ArchiveUnreadable(ValueError):
    """The file is no archive of arrays, or holds what is not to be read."""


def arrays_in(file: IO[bytes]) -> dict[str, npt.NDArray[np.generic]]:
    """The arrays of an archive, by name. Nothing is unpickled. Errors: `ArchiveUnreadable`."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # numpy's advice to save files of old versions again
            archive = np.load(file, allow_pickle=False)
            if isinstance(archive, NpzFile):
                if unpacked_bytes(archive) > psutil.virtual_memory().available:
                    raise MemoryError
                return {name: np.asarray(archive[name]) for name in archive.files}
    except ILL_TOLD as error:
        found = "not an .npz archive of numbers: damaged, or with objects that are no numbers"
        raise ArchiveUnreadable(found) from error
    except MemoryError as error:
        raise ArchiveUnreadable("its arrays are larger than the memory that is free") from error
    except BROKEN as error:
        raise ArchiveUnreadable(f"not an .npz archive of numbers: {error}") from error
    raise ArchiveUnreadable("one array, not an .npz archive of arrays")


def unpacked_bytes(archive: NpzFile) -> int:
    """What its members say that they take when unpacked; no more than that is read of them."""
    members = [] if archive.zip is None else archive.zip.infolist()
    return sum(member.file_size for member in members)
