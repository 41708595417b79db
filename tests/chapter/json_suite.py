"""Texts that are JSON, are none, or may be either: nst/JSONTestSuite, and more of our own."""

import base64
import json
import zlib
from pathlib import Path


def suite() -> dict[str, bytes]:
    """318 texts: `y_…` is JSON, `n_…` is none, with `i_…` a reader may do as it likes."""
    packed = json.loads(Path(__file__).with_name("json_suite.json").read_text("utf-8"))["files"]
    return {name: zlib.decompress(base64.b64decode(text)) for name, text in packed.items()}


DEEP = 100_000
NONE = {
    "nan": b"[NaN]",
    "infinity": b"[Infinity]",
    "minus_infinity": b"[-Infinity]",
    "too_large": b"[1e400]",
    "digits": b"[" + b"9" * 4301 + b"]",
    "many_digits": b"[" + b"9" * 100_000 + b"]",
    "twenty_digits": b"[12345678901234567890]",
    "key_twice": b'[{"a":1,"a":2}]',
    "key_twice_escaped": b'[{"a":1,"\\u0061":2}]',
    "lone_high": b'["\\ud83d"]',
    "lone_low": b'["\\ude00"]',
    "lone_key": b'[{"\\ud83d":1}]',
    "surrogate_as_utf8": b'["\xed\xa0\xbd"]',
    "cp949": '["한글"]'.encode("cp949"),
    "depth_33": b"[" * 33 + b"]" * 33,
    "depth_500": b"[" * 500 + b"]" * 500,
    "depth": b"[" * DEEP + b"]" * DEEP,
    "depth_open": b"[" * 1_000_000,
    "depth_objects": b'[{"a":' * DEEP + b"1" + b"}]" * DEEP,
    "trailing_comma": b"[1,]",
    "comment": b"[1/*c*/]",
    "single_quotes": b"['a']",
    "cut": b'[{"turn_number":1,"news":"abc',
    "two": b"[][]",
    "long_string": b'["' + b"a" * (20 << 20) + b'"]',
    "many_keys": b"[{" + b",".join(b'"k%d":0' % n for n in range(300_000)) + b"}]",
}
"""Refused, each for a reason of its own."""
FINE = {
    "minus_zero": b"[-0]",
    "minus_zero_point": b"[-0.0]",
    "mark": b"\xef\xbb\xbf[1]",
    "utf16": "[1]".encode("utf-16"),
    "utf16_without_mark": "[1]".encode("utf-16le"),
    "depth_32": b"[" * 32 + b"]" * 32,
    "nul": b'["\\u0000"]',
}
TWICE = {"y_object_duplicated_key", "y_object_duplicated_key_and_value"}
"""The grammar takes a key twice; we do not, for nobody could say which one counts."""
