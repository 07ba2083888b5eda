"""The edges of the reference: data sets, bulk products in numpy, files, pictures, the terminal."""
