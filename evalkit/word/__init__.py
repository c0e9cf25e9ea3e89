"""A page as a Word document (Word 文件): editable, in the form of Chinese official documents."""
