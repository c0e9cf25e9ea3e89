"""Filled official forms in (填报表导入): from an Excel workbook back to a params file.

``workbook`` opens a file and ``sheets`` holds its cells; ``labels.yaml`` knows what the forms call
things, ``own`` what evalkit calls them itself; ``layout`` finds the blocks of a form, ``tracking``
the forms of a tracking report, ``fitting`` the framework of a score sheet; ``readings`` says what a
cell holds; ``project`` makes one project of them and ``params_text`` its file. What could not be
read is a ``Remark`` of the ledger.
"""
