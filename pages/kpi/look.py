"""The style sheet of what only the KPI page shows; colours are the theme's variables."""

STYLE = """<style>
.fl-vitals{display:grid;grid-template-columns:repeat(auto-fit,minmax(130px,max-content));gap:10px 36px;
margin:4px 0 0!important;font-size:13px;color:var(--fl-text);padding:2px 0 4px!important}
.fl-vitals dt{color:var(--fl-quiet);font-size:12px;margin:0;padding:0!important}
.fl-vitals dd{margin:1px 0 0!important;padding:0!important;font-weight:550;max-width:340px;overflow-wrap:anywhere}
.fl-chart-title{font-size:15px;color:var(--fl-text);line-height:1.4}.fl-chart-title strong{font-weight:650}
.fl-chart-note{font-size:12.5px;color:var(--fl-quiet);margin-top:2px}
.fl-swing{position:relative;display:block;height:10px;min-width:180px;
background:linear-gradient(var(--fl-rule),var(--fl-rule)) 50%/1px 100% no-repeat}
.fl-swing i{position:absolute;top:0;bottom:0;background:var(--fl-quiet);border-radius:2px}
.fl-swing i.off{background:var(--fl-mark-off)}
.fl-bar s{position:absolute;top:4px;height:2px;background:var(--fl-quiet);text-decoration:none}
.fl-lead{font-size:14px;color:var(--fl-text);line-height:1.5;max-width:860px}
.fl-lead small{display:block;font-size:13px;color:var(--fl-quiet)}
.fl-table tr:last-child td.fl-sum{font-weight:600}
@media (max-width:700px){.fl-vitals{grid-template-columns:1fr 1fr;gap:10px 16px}}
</style>"""
