#!/usr/bin/env python3
# Writes runtime/value/case_tables.inc from Python's own Unicode database: case_tables.py > case_tables.inc
#
# The runtime does not ask the C library for cases: its tables are locale data, and an executable of ours may run where
# no locale is installed.
import sys
import unicodedata

LAST = 0x1E943  # The last letter with a case.


def ranges(mapping):
    """Rows (first, last, step, delta), so that code points at equal distances with equal deltas share one."""
    rows = []
    for code in sorted(mapping):
        delta = mapping[code] - code
        if rows and rows[-1][3] == delta:
            first, last, step, _ = rows[-1]
            gap = code - last
            if gap <= 2 and step in (0, gap):
                rows[-1] = [first, code, gap, delta]
                continue
        rows.append([code, code, 0, delta])
    return [(first, last, step or 1, delta) for first, last, step, delta in rows]


def show(name, rows):
    print(f"constexpr CaseRange {name}[] = {{")
    line = "   "
    for first, last, step, delta in rows:
        entry = f" {{0x{first:x}, 0x{last:x}, {step}, {delta}}},"
        if len(line) + len(entry) > 108:
            print(line)
            line = "   "
        line += entry
    print(line)
    print("};")


upper, lower, long_upper, latin = {}, {}, [], []
special = {"ß": "ss", "æ": "ae", "Æ": "AE", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ł": "l", "Ł": "L", "þ": "th",
           "Þ": "TH", "œ": "oe", "Œ": "OE", "ð": "d", "Ð": "D", "ı": "i", "ħ": "h", "Ħ": "H", "ŋ": "n", "Ŋ": "N"}
for code in range(0x80, LAST + 1):
    if 0xD800 <= code < 0xE000:
        continue
    char = chr(code)
    if char.upper() != char:
        if len(char.upper()) == 1:
            upper[code] = ord(char.upper())
        else:
            long_upper.append((code, char.upper()))
    if char.lower() != char and len(char.lower()) == 1:
        lower[code] = ord(char.lower())
    if code < 0x250 or 0x1E00 <= code < 0x1F00:
        plain = special.get(char) or "".join(c for c in unicodedata.normalize("NFKD", char) if c.isascii() and c.isalnum())
        if plain and char.isalnum():
            latin.append((code, plain))

print(f"// Cases of letters and the ASCII forms of Latin ones, from Unicode {unicodedata.unidata_version}. Written by")
print("// cmake/case_tables.py.")
show("upper_ranges", ranges(upper))
show("lower_ranges", ranges(lower))
for name, rows in (("long_uppers", [(c, "".join(f"\\u{ord(x):04x}" if ord(x) > 127 else x for x in u)) for c, u in long_upper]),
                   ("latin_letters", latin)):
    print(f"constexpr CaseText {name}[] = {{")
    line = "   "
    for code, text in rows:
        entry = f' {{0x{code:x}, "{text}"}},'
        if len(line) + len(entry) > 108:
            print(line)
            line = "   "
        line += entry
    print(line)
    print("};")
sys.stdout.flush()
