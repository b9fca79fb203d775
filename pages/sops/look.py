"""How procedures look: steps as numbered panels, words of two versions side by side."""

STYLE = """<style>
.st-key-filters [class*="st-key-exports_"]{margin:0;align-self:auto}
.fl-sop-kpis{list-style:none;margin:0!important;padding:0!important;font-size:13px}
.fl-sop-kpis li{margin:0 0 4px;font-size:13px;color:var(--fl-quiet)}.fl-sop-kpis a{color:var(--fl-accent)}
.fl-sop-prose{font-size:14px;line-height:1.6;color:var(--fl-text);max-width:72ch;overflow-wrap:anywhere}
.fl-sop-prose p,.fl-sop-prose ul,.fl-sop-prose ol{margin:0 0 8px}.fl-sop-prose li{margin:2px 0;font-size:14px}
.fl-sop-prose a{color:var(--fl-accent)}.fl-sop-prose code,.fl-sop-prose pre{background:var(--fl-page);border-radius:4px;
padding:1px 4px;white-space:pre-wrap}
.fl-sop-prose table{border-collapse:collapse;margin:0 0 8px;font-size:13px}
.fl-sop-prose th,.fl-sop-prose td{border:1px solid var(--fl-rule);padding:4px 8px;text-align:left}
.fl-sop-steps{list-style:none;margin:0!important;padding:0!important}
.fl-sop-step{display:grid;grid-template-columns:36px 1fr;gap:0 12px;background:var(--fl-surface);
border:1px solid var(--fl-rule);border-radius:8px;padding:14px 16px;margin:0 0 10px!important;break-inside:avoid;
color:var(--fl-text)}
.fl-sop-critical{border-left:3px solid var(--fl-mark-off)}
.fl-sop-number{font-size:18px;font-weight:620;color:var(--fl-quiet);font-feature-settings:"tnum"}
.fl-sop-step h3{font-size:15px;font-weight:600;margin:0 0 4px;padding:2px 0 0;letter-spacing:0}
.fl-sop-about{display:flex;flex-wrap:wrap;gap:2px 14px;font-size:12.5px;color:var(--fl-quiet);margin:0 0 8px}
.fl-sop-about b{font-weight:600;color:var(--fl-off)}
.fl-sop-example{border-left:2px solid var(--fl-rule);padding:0 0 0 12px;margin:8px 0 0}
.fl-sop-example>span{font-size:12px;color:var(--fl-quiet)}
.fl-sop-picture{margin:8px 0 0}.fl-sop-picture img{max-width:100%;max-height:360px;border:1px solid var(--fl-rule);
border-radius:6px}.fl-sop-picture figcaption{font-size:12px;color:var(--fl-quiet)}
.fl-sop-lead{font-size:16px;line-height:1.55;color:var(--fl-text);max-width:68ch;margin:4px 0 8px}
.fl-sop-lead p{font-size:16px;margin:0 0 8px}
.fl-sop-chart{background:var(--fl-surface);border:1px solid var(--fl-rule);border-radius:8px;padding:12px}
.fl-sop-chart img{display:block;width:100%;max-width:460px;height:auto;margin:0 auto}
.fl-sop-diff{font-size:13px;line-height:1.55;color:var(--fl-text);white-space:pre-wrap;overflow-wrap:anywhere}
.fl-sop-diff del{color:var(--fl-off);text-decoration:line-through}
.fl-sop-diff ins{color:var(--fl-target);text-decoration:underline;text-decoration-thickness:2px}
.fl-sop-change{border-top:1px solid var(--fl-rule);padding:8px 0}.fl-sop-change b{font-size:13px;color:var(--fl-text)}
.fl-sop-change>span{font-size:12.5px;color:var(--fl-quiet);margin-left:8px}
@media (max-width:700px){.fl-sop-step{grid-template-columns:1fr;padding:12px}}
</style>"""
