"""A target by the contract's names, where it has others.

What is called otherwise is found by catalog and shape (``guess``) or said in a file (``given``);
the loaded copy is then renamed (``statements``), so that whatever judges it need not know.
"""
