"""Archives of arrays whose members are altered, and archives that are not whole."""

from io import BytesIO
from random import Random
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_LZMA, ZIP_STORED, ZipFile, ZipInfo

from reference.edges.system.archives import BROKEN, ILL_TOLD
from tests.fuzz.text_mutants import NUMBERS, altered_bytes

METHODS = (ZIP_STORED, ZIP_DEFLATED, ZIP_BZIP2, ZIP_LZMA)

DTYPES = (
    "'<f8'",
    "'>f8'",
    "'<f2'",
    "'<f16'",
    "'|O'",
    "'|b1'",
    "'<i8'",
    "'<u8'",
    "'<c16'",
    "'|S0'",
    "'|V0'",
    "'<U3'",
    "'<M8[s]'",
    "'<m8'",
    "[('a','<f8')]",
    "[('a','|O')]",
    "('<f8',(2,))",
    "'<f8,<f8'",
    "''",
    "'<f8' 'x'",
    "None",
    "{}",
    "1",
    "'<f' + '8'",
    "(" * 200 + ")" * 200,
)
"""What may stand, or not stand, as the type of an array."""

SHAPES = (
    "()",
    "(0,)",
    "(2,)",
    "(6,)",
    "(2, 3)",
    "(0, 4)",
    "(4, 0)",
    "(-1,)",
    "(-1, 4)",
    "(2, 3, 4)",
    "(100000, 100000)",
    "(10000000000,)",
    "(9223372036854775807,)",
    "(4294967296, 4294967296)",
    "(99999999999999999999,)",
    "(True, 4)",
    "(1.0,)",
    "[2, 3]",
    "2",
    "None",
    "('a',)",
    "(" * 150,
)
"""Likewise as its shape."""


def altered_archive(content: bytes, random: Random) -> bytes:
    """The archive with one member altered, doubled or left out; now and then only its bytes."""
    try:
        with ZipFile(BytesIO(content)) as archive:
            members = [(info.filename, archive.read(info)) for info in archive.infolist()]
    except (*BROKEN, *ILL_TOLD, MemoryError):
        members = []
    if not members or not random.randrange(4):
        return altered_bytes(content, random, ("PK\x03\x04", "PK\x01\x02", "PK\x05\x06"))
    at = random.randrange(len(members))
    name, array = members[at]
    match random.randrange(10):
        case 0:
            del members[at]
        case 1:
            members.append((random.choice(("extra.npy", "note.txt", "../up.npy", ".npy")), array))
        case 2:
            members[at] = (name, altered_bytes(array, random))
        case 3:
            members[at] = (name, array[: random.randint(0, len(array))])
        case 4:
            members[at] = (name, array + bytes(random.choice((1, 8, 1 << 16))))
        case _:
            members[at] = (name, _with_another_header(array, random))
    return _archive(members, random)


def _with_another_header(array: bytes, random: Random) -> bytes:
    """The same numbers, told to be of another type or shape."""
    kind = random.choice(DTYPES)
    shape = random.choice(SHAPES) if random.randrange(3) else f"({random.choice(NUMBERS)}, 4)"
    order = random.choice(("False", "False", "True", "2"))
    text = f"{{'descr': {kind}, 'fortran_order': {order}, 'shape': {shape}, }}"
    if not random.randrange(6):
        text = altered_bytes(text.encode(), random).decode("latin1")
    header = text.encode("latin1", "replace")[:60_000].ljust(117) + b"\n"
    version = random.choice((b"\x01\x00", b"\x01\x00", b"\x02\x00", b"\x03\x00", b"\x09\x00"))
    size = len(header).to_bytes(2 if version == b"\x01\x00" else 4, "little")
    return b"\x93NUMPY" + version + size + header + array[128:]


def _archive(members: list[tuple[str, bytes]], random: Random) -> bytes:
    content, method = BytesIO(), random.choice(METHODS)
    with ZipFile(content, "w", method) as archive:
        for name, array in dict(members).items():
            archive.writestr(ZipInfo(name), array, method)
    return content.getvalue()
