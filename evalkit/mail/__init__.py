"""Reports by e-mail (邮件): condensed from what lies in a project's folder, checked, sent once.

``pieces`` reads a page, ``dress`` clothes the parts for mail programs, ``compose`` makes the
message, ``gate`` lets nothing personal leave, ``send`` is the only user of SMTP.
"""
