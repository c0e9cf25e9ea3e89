"""Filled official forms in (填报表导入): from an Excel workbook back to a params file.

``workbook`` opens a file and ``sheets`` holds its cells; ``labels.yaml`` knows what the forms call
things; ``layout`` finds the blocks of a form, ``readings`` what a cell says; ``project`` makes one
project of them and ``params_text`` its file. What could not be read is a ``Remark`` of the ledger.
"""
