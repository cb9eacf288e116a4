"""Official papers out: DOCX by NĐ 30/2020/NĐ-CP from the figures of a close, a superior's own forms filled, spreadsheets with formulas.

Nothing here counts. Figures come from a `Frozen` (`workflow.closing.frozen`) and from nowhere else; what was done comes from a
`Narrative`, a snapshot that is kept with the paper, so that the same paper can be made again, byte for byte, at any time.

**The identity of a printed figure.** Every number that a paper prints out of a close stands inside a Word bookmark whose name
says which number it is (`marked.py`): `so_<line code>_n` the count of a line, `_p` its percentage, `_m` the number it is divided
by, with the dots of the code as `x` (line 3.8 → `so_3x8_n`); `sl_<figure>` a figure by its name; `kv_<n>_<line code>` the cell of the
n-th place of an appendix (`kv_cong_…` their sum, `_p` the rate); `ct_<target>_<what>` a number of a target; `viec_<n>_<m>` the m-th count told under the n-th task. A number printed twice has `_lan2`, `_lan3` … at
the end. Word keeps bookmarks while the text inside is edited: whoever compares a paper that came back with its close reads
`figures_in(docx)` of `read_back.py`, and looks at the text only for what lost its bookmark.
"""
