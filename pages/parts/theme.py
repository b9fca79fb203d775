"""Colours that charts and plain HTML need on the server; components read the theme's own variables."""

from dataclasses import dataclass

import streamlit as st

from kpi.chart import Palette
from kpi.score import Status

LIGHT = Palette(
    ink="#24324B", text="#171B23", quiet="#5B6472", rule="#DDE1E7", target="#0F766E", watch="#BF7A00", off="#A3211B",
    off_text="#9B1C1C", watch_text="#92400E", surface="#FFFFFF", page="#F6F7F9", accent="#2B59C3", ghost="#B9C1CC",
)  # fmt: skip
DARK = Palette(
    ink="#C9D3E5", text="#E7EAEF", quiet="#9AA4B2", rule="#2B323D", target="#4FC3B5", watch="#F2C14E", off="#F26B5B",
    off_text="#FF9C87", watch_text="#F2C14E", surface="#171B22", page="#0F1217", accent="#8AB0FF", ghost="#465061",
)  # fmt: skip


@dataclass(frozen=True)
class Pills:
    """The grounds of status pills in a table; text on them is the theme's own."""

    off: str
    watch: str
    quiet: str


PILLS = {
    "light": Pills(off="#F6DEDB", watch="#F7E7CB", quiet="#E7EAEF"),
    "dark": Pills(off="#55241F", watch="#4B3A12", quiet="#2B323D"),
}
MARKS = {
    Status.NO_DATA: ("–", "none"),
    Status.INCOMPLETE: ("◷", "unknown"),
    Status.SMALL_SAMPLE: ("?", "unsure"),
    Status.PROVISIONAL: ("…", "provisional"),
    Status.ON_TARGET: ("✓", "on"),
    Status.AT_RISK: ("▲", "watch"),
    Status.OFF_TARGET: ("■", "off"),
    Status.OK: ("·", "plain"),
}
SIGNAL = ("○", "signal")
STYLE = """<style>
:root{--fl-text:{text};--fl-quiet:{quiet};--fl-rule:{rule};--fl-surface:{surface};--fl-ink:{ink};--fl-off:{off_text};
--fl-watch:{watch_text};--fl-mark-off:{off};--fl-mark-watch:{watch};--fl-target:{target};--fl-page:{page};--fl-accent:{accent}}
[data-testid="stMainBlockContainer"]{max-width:1360px;padding:4.75rem 2rem 4rem}
[data-testid="stLayoutWrapper"]:has(>:is(.st-key-tongue,.st-key-views,.st-key-person)){position:absolute}
:is(a,button,summary,label,[tabindex="0"]):focus-visible,label:has(>input:focus-visible){
outline:2px solid var(--fl-accent)!important;outline-offset:1px;border-radius:4px}
@media (prefers-reduced-motion:reduce){*,::before,::after{animation-duration:1ms!important;
animation-iteration-count:1!important;transition-duration:1ms!important;scroll-behavior:auto!important}}
[data-testid^="stBaseButton-primary"]:not(:disabled) p{color:var(--fl-page)}
h1{letter-spacing:-.02em}h2,h3{letter-spacing:-.01em}
.fl-head{display:flex;flex-wrap:wrap;gap:4px 24px;justify-content:space-between;align-items:baseline;font-size:13px}
.fl-head,.fl-quiet,.fl-told{color:var(--fl-quiet)}[data-testid=stCaptionContainer]{opacity:1!important;color:var(--fl-quiet)!important}.fl-told{font-size:13px}.fl-fresh{white-space:nowrap}.fl-late{color:var(--fl-watch);font-weight:600}
.fl-made-up{border:1px solid var(--fl-rule);border-radius:4px;padding:0 5px;font-size:12px;white-space:nowrap}
.fl-state{display:flex;gap:10px;align-items:baseline;border:1px solid var(--fl-rule);border-left-width:3px;
border-left-color:var(--fl-accent);border-radius:8px;background:var(--fl-surface);color:var(--fl-text);
padding:12px 16px;font-size:14px}
.fl-state b{color:var(--fl-accent)}
.fl-state strong,.fl-state h1{font-size:14px;font-weight:600;letter-spacing:0;margin:0;padding:0}
.fl-state p{margin:3px 0 0;font-size:13px;line-height:1.5;color:var(--fl-quiet);overflow-wrap:anywhere}
.fl-state-failed{border-left-color:var(--fl-mark-off)}.fl-state-failed b{color:var(--fl-mark-off)}
.fl-state-stale{border-left-color:var(--fl-mark-watch)}.fl-state-stale b{color:var(--fl-mark-watch)}
.fl-scroll{overflow-x:auto;border:1px solid var(--fl-rule);border-radius:8px;background:var(--fl-surface)}
.fl-table{border-collapse:collapse;width:100%;font-size:13px;font-feature-settings:"tnum";color:var(--fl-text);margin:0}
.fl-table th{font-weight:500;color:var(--fl-quiet);text-align:left;padding:8px 12px;border:0;
border-bottom:1px solid var(--fl-rule);white-space:nowrap}
.fl-table td{padding:7px 12px;border:0;border-top:1px solid var(--fl-rule);vertical-align:middle}
.fl-table tbody tr:first-child td{border-top:0}
.fl-table a{color:var(--fl-accent)}
[data-testid="stMultiSelect"] button[aria-label="Clear all"],
[data-testid="stDateInput"] [role="spinbutton"]{display:inline-flex;min-width:24px;min-height:24px;
align-items:center;justify-content:center}
.fl-table .r{text-align:right;white-space:nowrap}.fl-table .w{white-space:nowrap}
.fl-off{color:var(--fl-off);font-weight:600;white-space:nowrap}.fl-watch{color:var(--fl-watch);font-weight:600;white-space:nowrap}
.fl-plain{color:var(--fl-quiet);white-space:nowrap}
.fl-sr{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.fl-bar{position:relative;display:block;height:10px;min-width:90px;background:var(--fl-page);border-radius:3px}
.fl-bar i{position:absolute;left:0;top:0;bottom:0;border-radius:3px;background:var(--fl-ink)}
.fl-bar i.off{background:var(--fl-mark-off)}.fl-bar i.watch{background:var(--fl-mark-watch)}.fl-bar i.unsure{opacity:.4}
.fl-bar b{position:absolute;top:-3px;bottom:-3px;width:2px;background:var(--fl-target)}
.fl-facts{display:grid;grid-template-columns:minmax(110px,max-content) 1fr;gap:6px 18px;font-size:13px;
margin:0!important;padding:0!important;color:var(--fl-text)}
.fl-facts dt{color:var(--fl-quiet);margin:0;padding:0!important}
.fl-facts dd{margin:0!important;padding:0!important;overflow-wrap:anywhere}
.fl-value{display:flex;flex-wrap:wrap;align-items:baseline;gap:4px 14px;color:var(--fl-text);font-size:13px}
.fl-value strong{font-size:28px;font-weight:620;letter-spacing:-.02em;line-height:1.1}
.fl-value strong.off{color:var(--fl-off)}
.st-key-filters [data-testid="stButtonGroup"] button{min-height:2.5rem}
.st-key-wall{min-height:220px}[class*="st-key-open_"] button{font-weight:600;min-height:0;padding:0}
[class*="st-key-open_"] button p{font-size:14px;font-weight:600}
.fl-action{font-size:14px;color:var(--fl-text)}.fl-action .fl-quiet{display:block;font-size:13px}
.fl-go{font-size:13px;color:var(--fl-accent)!important;text-decoration:none}.fl-go:hover{text-decoration:underline}
.fl-note{font-size:13px;color:var(--fl-text)}
[class*="st-key-panel"]{background:var(--fl-surface);border-radius:8px}
[class*="st-key-exports_"]{align-self:flex-end;width:auto!important;margin:8px 0 -56px;z-index:1}
.st-key-under_chart{flex-wrap:nowrap}
.st-key-under_chart [class*="st-key-exports_"]{align-self:flex-start;margin:-8px 0 0}
.st-key-under_chart>:first-child{flex:1 1 auto;min-width:0}
@media (max-width:700px){[class*="st-key-exports_"]{align-self:flex-start;margin:0}.st-key-under_chart{flex-wrap:wrap}
[data-testid="stMainBlockContainer"]{padding-left:1rem;padding-right:1rem}
.fl-table{width:max-content;min-width:100%}.fl-table td{max-width:240px}
.fl-stacks{width:100%}
.fl-stacks thead{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden}
.fl-stacks tr{display:block;padding:8px 12px;border-top:1px solid var(--fl-rule)}.fl-stacks tr:first-child{border-top:0}
.fl-stacks td{display:flex;gap:8px;padding:2px 0;border:0;max-width:none;
white-space:normal!important;overflow-wrap:anywhere}
.fl-stacks td[data-empty]{display:none}
.fl-stacks td::before{content:attr(data-name);flex:0 0 92px;text-align:left;color:var(--fl-quiet)}
.stApp:has([data-testid="stSidebar"]):not(:has([data-testid="stExpandSidebarButton"]))
:is(.st-key-tongue,.st-key-views,.st-key-person){display:none}
.fl-facts{grid-template-columns:1fr;gap:1px}.fl-facts dd{margin-bottom:8px!important}.fl-fresh{white-space:normal}}
</style>"""

PRINT = """<style>
@media print{html,body,#root{background:#fff!important}
[data-testid="stHeader"],[data-testid="stToolbar"],[data-testid="stSidebar"],.st-key-filters,
[class*="st-key-exports_"],.stDownloadButton,.stTextInput,.stSelectbox,.stCheckbox,[data-testid="stButtonGroup"],
.stElementContainer:not([class*="st-key-open_"])>.stButton,.stExpander:has(details:not([open])){display:none!important}
.stApp,[data-testid="stAppViewContainer"],[data-testid="stMain"],[data-testid="stMainBlockContainer"]{
background:{paper}!important;overflow:visible!important;position:static!important;height:auto!important}
.stApp{print-color-adjust:exact;filter:{turned}}.fl-scroll{overflow:visible}
[data-testid="stMainBlockContainer"]{max-width:none;padding:0}
.stVegaLiteChart,[class*="st-key-panel"],:has(>[class*="st-key-panel"]),.ff-stage,
.fl-table tr,.fl-state,.fl-facts{break-inside:avoid}
h1,h2,h3,.fl-told{break-after:avoid}@page{size:A4 landscape;margin:10mm}}</style>"""


def mode() -> str:
    """`light` or `dark`, as the reader's browser shows it."""
    return st.context.theme.type or "light"


def palette(mode: str) -> Palette:
    return DARK if mode == "dark" else LIGHT


def style(colours: Palette) -> str:
    """The style sheets of our own markup in these colours, and of every page on paper: always dark on white."""
    dark = colours is DARK
    text = STYLE + PRINT.replace("{paper}", "#000" if dark else "#fff")
    text = text.replace("{turned}", "invert(1) hue-rotate(180deg) brightness(1.14)" if dark else "none")
    for name, colour in vars(colours).items():
        text = text.replace("{" + name + "}", colour)
    for end in "};,":
        text = text.replace(f"{end}\n", end)  # every page sends it with every run
    return text
