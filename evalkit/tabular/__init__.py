"""Tables in (表格导入): many projects as CSV, Parquet or Excel, one row a project or an item.

``parts`` reads from the schema which tables and columns there are; ``opening`` finds the tables of
a path, which ``csv_file``, ``excel_file`` and ``parquet_file`` read; ``layout`` says what each
column is, ``readings`` what a cell says; ``portfolio`` makes of each project the tree that a YAML
file becomes.
"""
