"""Documents as one HTML file: nothing is loaded and nothing runs; it prints as it reads."""

from html import escape

from kpi.exports.document import (
    Bar,
    Block,
    Cell,
    Columns,
    Document,
    Figure,
    Heading,
    Mark,
    Spark,
    Strong,
    Table,
    Terms,
    Words,
)
from kpi.words import Language

NOTHING_LOADED = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
STYLE = """
:root{color-scheme:light}*{box-sizing:border-box}
body{margin:0 auto;padding:24px;max-width:1080px;background:#fff;color:#171b23;
 font:15px/1.5 Inter,"Noto Sans SC","PingFang SC","Microsoft YaHei",system-ui,sans-serif}
header,footer{color:#5b6472;font-size:13px;display:flex;justify-content:space-between;gap:16px;flex-wrap:wrap}
header{border-bottom:1px solid #dde1e7;padding-bottom:8px}footer{border-top:1px solid #dde1e7;padding-top:8px;
 margin-top:32px}header b{color:#171b23}
h1{font-size:26px;line-height:1.25;margin:20px 0 8px}h2{font-size:19px;margin:32px 0 8px}
h3{font-size:16px;margin:20px 0 6px}p{margin:6px 0;max-width:80ch}
.notice{border:1px solid #dde1e7;border-radius:4px;padding:8px 12px;display:inline-block}
.quiet,dt,th{color:#5b6472}.off{color:#9b1c1c;font-weight:600}.watch{color:#92400e;font-weight:600}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:13.5px}
th{font-weight:400;font-size:12.5px;text-align:left;border-bottom:1px solid #5b6472;vertical-align:bottom}
th,td{padding:5px 16px 5px 0}td{border-bottom:1px solid #dde1e7;vertical-align:top;overflow-wrap:break-word}
.right{text-align:right;white-space:nowrap;overflow-wrap:normal;font-variant-numeric:tabular-nums}
.small table{font-size:12px}
dl{display:grid;grid-template-columns:max-content 1fr;gap:4px 20px;font-size:13.5px}dt,dd{margin:0}
dd{overflow-wrap:anywhere}figure{margin:8px 0}svg{max-width:100%;height:auto;display:block}
@media(max-width:600px){body{padding:16px}dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:8px}}
@media print{body{padding:0;max-width:none;font-size:10pt}table,.small table{font-size:8.5pt}
 h2,h3,figure,tr{break-inside:avoid;break-after:auto}h2,h3{break-after:avoid}thead{display:table-header-group}
 .wide{overflow:visible}@page{size:A4 landscape;margin:14mm}}
""".replace("\n", "")


def as_html(document: Document) -> bytes:
    """The document as HTML in UTF-8; equal documents make equal bytes. All text arrives escaped."""
    tag = Language(document.language).tag
    notice = f'<p class="notice">{escape(document.notice)}</p>' if document.notice else ""
    whole = (
        f'<!doctype html>\n<html lang="{tag}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{NOTHING_LOADED}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(document.title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f"<header><b>{escape(document.about)}</b><span>{escape(document.period)}</span></header>\n<main>\n"
        f"<h1>{escape(document.title)}</h1>\n{notice}\n{_all(document.blocks)}\n</main>\n"
        f"<footer><span>{escape(document.foot)}</span></footer>\n</body>\n</html>\n"
    )
    return whole.encode()


def _all(blocks: tuple[Block, ...]) -> str:
    return "\n".join(filter(None, map(_block, blocks)))


def _block(block: Block) -> str:
    match block:
        case Heading():
            return f"<h{block.level + 1}>{escape(block.text)}</h{block.level + 1}>"
        case Words():
            return f'<p class="{"quiet" if block.quiet else "said"}">{escape(block.text)}</p>'
        case Terms():
            pairs = "".join(f"<dt>{escape(term)}</dt><dd>{escape(text)}</dd>" for term, text in block.pairs)
            return f"<dl>{pairs}</dl>"
        case Table():
            return _table(block)
        case Figure():
            return f'<figure role="img" aria-label="{escape(block.alt)}">{block.svg}</figure>'
        case Columns():
            return f"{_all(block.left)}\n{_all(block.right)}"
        case _:
            return ""


def _table(table: Table) -> str:
    sides = ["right" if head.right else "" for head in table.heads]
    heads = "".join(
        f'<th scope="col" class="{side}">{escape(head.text)}</th>'
        for head, side in zip(table.heads, sides, strict=True)
    )
    rows = "".join(
        "<tr>"
        + "".join(f'<td class="{side}">{_cell(cell)}</td>' for cell, side in zip(row, sides, strict=True))
        + "</tr>"
        for row in table.rows
    )
    look = "wide small" if table.drawn else "wide"
    return (
        f'<div class="{look}" role="region" aria-label="{escape(table.label)}" tabindex="0"><table>'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _cell(cell: Cell) -> str:
    match cell:
        case str():
            return escape(cell)
        case Mark():
            shape = f'<span aria-hidden="true">{escape(cell.shape)}</span>'
            return f'<span class="{cell.tone.value}">{shape} {escape(cell.word)}</span>'
        case Strong():
            return f'<b class="{cell.tone.value}">{escape(cell.text)}</b>'
        case Spark() | Bar():
            raise TypeError(
                f"A {type(cell).__name__} is drawn on paper only; leave it out of what becomes HTML."
            )
