"""The style sheet of a report, for light and dark screens and for paper."""

STYLE = """
:root{--paper:#fbfaf8;--card:#fff;--ink:#1d2126;--soft:#6b737c;--line:#e7e5e0;--accent:#2f7fb8;--faint:#cfe1ee;
--sure:#2e8b6f;--fair:#8cc5a8;--guess:#e8c274;--missing:#e6e3de;--left:#d9581f;--right:#2072c4;--middle:#2e8b6f;
--swap:#f3dcc0}
@media (prefers-color-scheme:dark){:root{--paper:#15181b;--card:#1d2125;--ink:#e9ebed;--soft:#98a1aa;--line:#2c3237;
--accent:#58a6d8;--faint:#27475c;--sure:#3fa685;--fair:#2f6b58;--guess:#a98436;--missing:#2f353a;--left:#ff8a5c;--right:#5fb0ff;--middle:#6fd3a8;
--swap:#4a3a26}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,
"Helvetica Neue",sans-serif;font-variant-numeric:tabular-nums}
main{max-width:1040px;margin:0 auto;padding:36px 20px 48px}
header{margin:0 4px 20px}h1{font-size:26px;line-height:1.2;margin:0 0 4px;font-weight:650;overflow-wrap:anywhere}
header p,section p,footer{color:var(--soft);margin:0}
section{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:20px 22px;margin:14px 0;
break-inside:avoid}
h2{font-size:16px;margin:0 0 2px;font-weight:620}section>p{font-size:13.5px;margin-bottom:12px}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(130px,1fr));gap:8px 20px}
.tiles b{display:block;font-size:26px;font-weight:620;line-height:1.25}.tiles span{color:var(--soft);font-size:13px}
.strip{display:grid;grid-template-columns:repeat(3,1fr);gap:10px;padding:12px}
figure{margin:0}img{display:block;border-radius:7px;max-width:100%}.strip img{width:100%}
figcaption{color:var(--soft);font-size:12.5px;padding:4px 2px 0}
.portraits{display:grid;grid-template-columns:repeat(auto-fill,132px);gap:14px 16px}
.portraits figcaption{display:flex;gap:8px;align-items:center}
.chip{display:inline-block;min-width:24px;padding:0 7px;border-radius:5px;color:#17130f;font-size:12.5px;
font-weight:650;line-height:20px;text-align:center}
svg{display:block;width:100%;height:auto}
text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;fill:var(--soft)}
text.label,text.value{fill:var(--ink)}
.grid{stroke:var(--line);stroke-width:1}.solid{fill:var(--accent);opacity:.85}.faint{fill:var(--faint)}
.curve{fill:none;stroke-width:1.8;stroke-linejoin:round;stroke-linecap:round}
.curve.left{stroke:var(--left)}.curve.right{stroke:var(--right)}.curve.middle{stroke:var(--middle)}
i.left{background:var(--left)}i.right{background:var(--right)}
.charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,400px),1fr));gap:14px 22px}
.charts figcaption{font-size:13px;color:var(--ink)}
.charts text{font-size:13px}
.portrait{margin:0 0 12px}
.mark.swap{fill:var(--swap)}.mark.strike{stroke-width:1;stroke-dasharray:3 3;opacity:.7}
.mark.strike.left{stroke:var(--left)}.mark.strike.right{stroke:var(--right)}
rect.sure{fill:var(--sure)}rect.fair{fill:var(--fair)}rect.guess{fill:var(--guess)}rect.missing{fill:var(--missing)}
.key{margin-right:14px;white-space:nowrap}.key i{display:inline-block;width:11px;height:11px;border-radius:3px;
margin-right:6px;vertical-align:-1px}
i.sure{background:var(--sure)}i.fair{background:var(--fair)}i.guess{background:var(--guess)}
i.missing{background:var(--missing)}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:13.5px}
th{color:var(--soft);font-weight:500;text-align:right;padding:4px 10px;border-bottom:1px solid var(--line);
white-space:nowrap}
td{text-align:right;padding:4px 10px;border-bottom:1px solid var(--line);white-space:nowrap}
th:first-child,td:first-child{text-align:left;padding-left:0}tr:last-child td{border-bottom:0}
code{font:12.5px ui-monospace,Menlo,Consolas,monospace}ul{margin:6px 0 0;padding-left:20px}
footer{font-size:12.5px;margin:20px 4px 0}
@media (max-width:640px){.strip{grid-template-columns:repeat(2,1fr)}main{padding:20px 12px}
section{overflow-x:auto}section>svg{min-width:640px}section>svg text{font-size:16px}}
@media print{body{background:#fff}section{border-color:#ddd}}
"""
