"""Everything that moto does otherwise than AWS and that matters here, repaired from outside.

One function, one fault: its docstring says what is wrong, and `tests/local/test_moto_repairs.py`
shows the fault without the repair and its absence with it, so that a repair can go when upstream
has healed. Nothing here changes a file of moto; the functions replace attributes of its classes
and must run before the first request.
"""
