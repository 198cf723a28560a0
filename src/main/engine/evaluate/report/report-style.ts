/** The report's style sheet: the lab's colours, paper when printed. */
export const REPORT_STYLE = `
:root{color-scheme:light;--bg:#fff;--sunken:#f1f3f5;--border:#d9dde1;--text:#1a1e22;--muted:#59626b;--accent:#0f6579;
--hit:#0f6579;--miss:#c2410c;--on-cell:#fff;--train:#1b6ca8;--validation:#b3520a;
--s1:#1b6ca8;--s2:#b3520a;--s3:#22693c;--s4:#7b3fa0;--s5:#ae2a22;--s6:#4a5560}
@media screen and (prefers-color-scheme:dark){:root{color-scheme:dark;--bg:#15181b;--sunken:#1f2428;--border:#31373e;--text:#e6e9ec;--muted:#a0a9b2;--accent:#5cc0d4;
--hit:#4fb3c8;--miss:#f08a4b;--on-cell:#07191d;--train:#6bb5ec;--validation:#f0a35c;
--s1:#6bb5ec;--s2:#f0a35c;--s3:#79c893;--s4:#c9a0ea;--s5:#ff9a8f;--s6:#b8c2cc}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--text);font:15px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans','DejaVu Sans',sans-serif}
main{max-width:1040px;margin:0 auto;padding:40px 32px 64px}
h1{margin:0;font-size:30px;line-height:1.2;letter-spacing:-.015em;overflow-wrap:anywhere}
h2{margin:0 0 12px;font-size:20px;letter-spacing:-.01em}
h3{margin:24px 0 8px;font-size:15px}
p,ul,dl,dd,figure{margin:0;padding:0}
p{overflow-wrap:anywhere}
section{margin-top:48px}
article+article{margin-top:32px;padding-top:8px;border-top:1px solid var(--border)}
code{font:.9em ui-monospace,'SF Mono','Cascadia Mono','DejaVu Sans Mono',monospace;overflow-wrap:anywhere}
.muted{color:var(--muted);font-weight:400}
.kind{color:var(--accent);font-size:13px;font-weight:600;letter-spacing:.04em;text-transform:uppercase}
.protocol{margin:6px 0 10px;font-size:18px}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:1px;margin-top:28px;border:1px solid var(--border);border-radius:6px;overflow:hidden}
.figures>div{padding:14px 16px;box-shadow:0 0 0 1px var(--border)}
.figures dt{color:var(--muted);font-size:13px}
.figures strong{display:block;font-size:26px;font-weight:600;letter-spacing:-.02em;white-space:nowrap;font-variant-numeric:tabular-nums}
.figures span{display:block;color:var(--muted);font-size:12px;line-height:1.35}
.remarks{margin-top:28px;padding:14px 18px;border-radius:6px;background:var(--sunken);font-size:13px}
.remarks h2{font-size:14px;margin-bottom:4px}
.remarks ul,.method ul{padding-left:18px}
.remarks li,.method li{margin:2px 0;overflow-wrap:anywhere}
.method{font-size:13px;color:var(--muted)}
.method h2{color:var(--text)}
.facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(220px,1fr));gap:10px 24px}
.facts dt{color:var(--muted);font-size:12px}
.facts dd{overflow-wrap:anywhere}
table{width:100%;border-collapse:collapse;font-size:13px;font-variant-numeric:tabular-nums}
th,td{padding:4px 10px;border-bottom:1px solid var(--border);text-align:left;vertical-align:top;overflow-wrap:anywhere}
thead th{color:var(--muted);font-size:12px;font-weight:600;border-bottom-color:var(--muted)}
tbody th{font-weight:400}
tbody th,tfoot th{min-width:9em}
.numbers td,.numbers thead th+th{text-align:right;white-space:nowrap}
.numbers td.word,.numbers thead th.word{text-align:left;white-space:normal}
tfoot th,tfoot td{font-weight:600;border-bottom:0}
table+p{margin-top:12px}
.share{position:relative}
.share i{position:absolute;left:0;bottom:0;height:2px;background:var(--accent)}
svg{display:block;width:100%;height:auto;font-family:inherit}
figcaption{margin-top:4px;color:var(--muted);font-size:12px}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(340px,1fr));gap:20px 28px;margin-top:12px}
.grid path{stroke:var(--border);fill:none}
.axis path{stroke:var(--muted);fill:none}
.axis text{font-size:11px;fill:var(--muted)}
svg .label{font-size:11px;fill:var(--muted)}
.line{fill:none;stroke-width:1.8;stroke-linejoin:round}
.ideal{fill:none;stroke:var(--muted);stroke-dasharray:1 4;stroke-linecap:round}
.mark{fill:none;stroke:var(--muted);stroke-dasharray:5 4}
.line.s-train{stroke:var(--train)}.line.s-validation{stroke:var(--validation);stroke-dasharray:6 3}
circle.s-train{fill:var(--train)}circle.s-validation{fill:var(--validation)}
.line.s-1{stroke:var(--s1)}.line.s-2{stroke:var(--s2);stroke-dasharray:7 3}.line.s-3{stroke:var(--s3);stroke-dasharray:2 2}
.line.s-4{stroke:var(--s4);stroke-dasharray:10 3 2 3}.line.s-5{stroke:var(--s5);stroke-dasharray:4 4}.line.s-6{stroke:var(--s6);stroke-width:1.2}
.bar{fill:var(--accent);fill-opacity:.55}
.bar-mark{stroke:var(--text);stroke-width:1.6}
.legend{display:flex;flex-wrap:wrap;gap:4px 20px;list-style:none;font-size:13px}
.legend li::before{content:'';display:inline-block;width:22px;margin-right:7px;border-top:2px solid var(--k,var(--muted));vertical-align:.28em}
.legend .s-train{--k:var(--train)}.legend .s-validation{--k:var(--validation)}.legend .dashed::before,.legend .s-mark::before{border-top-style:dashed}
.legend .s-1{--k:var(--s1)}.legend .s-2{--k:var(--s2)}.legend .s-3{--k:var(--s3)}.legend .s-4{--k:var(--s4)}.legend .s-5{--k:var(--s5)}.legend .s-6{--k:var(--s6)}
.legend .s-2::before,.legend .s-5::before,.legend .s-4::before{border-top-style:dashed}.legend .s-3::before{border-top-style:dotted}
.legend.cells{margin:10px 0 14px}
.legend.cells li::before{content:none}
.legend.cells svg{display:inline-block;width:52px;height:12px;vertical-align:-1px;border:1px solid var(--border)}
.matrix{margin:0 auto}
.plane{fill:var(--sunken)}
.matrix text{fill:var(--text)}
.matrix .label{fill:var(--muted)}
.hit{fill:var(--hit)}.miss{fill:var(--miss)}
.o1{fill-opacity:.13}.o2{fill-opacity:.2}.o3{fill-opacity:.28}.o4{fill-opacity:.37}.o5{fill-opacity:.46}.o6{fill-opacity:.56}.o7{fill-opacity:.67}.o8{fill-opacity:.78}.o9{fill-opacity:.89}.o10{fill-opacity:1}
.matrix .on{fill:var(--on-cell)}
.pictures{display:grid;grid-template-columns:repeat(auto-fill,minmax(136px,1fr));gap:16px 14px;list-style:none;font-size:12px;line-height:1.35}
.pictures li{min-width:0}
.pictures img,.absent{display:block;width:100%;height:124px;object-fit:contain;object-position:0 100%;margin-bottom:5px}
.absent{display:grid;place-items:center;color:var(--muted);background:var(--sunken)}
.pictures p{overflow-wrap:anywhere}
.pictures p span{font-variant-numeric:tabular-nums;color:var(--muted)}
.said{font-weight:600}.said span{font-weight:400}
.file{color:var(--muted);font-size:11px}
@media print{
body{font-size:10pt}
main{max-width:none;padding:0}
section{margin-top:22pt}
h1{font-size:20pt}h2{font-size:14pt;break-after:avoid}h3{break-after:avoid}
tr,figure,.pictures li,.figures>div,.facts>div{break-inside:avoid}
thead{display:table-header-group}tfoot{display:table-row-group}
.matrix{max-height:112mm}
.figures{grid-template-columns:repeat(3,1fr)}
.facts{grid-template-columns:repeat(4,1fr);break-after:avoid}
.pair{grid-template-columns:1fr 1fr}
.pictures{grid-template-columns:repeat(6,1fr)}
.pictures img,.absent{height:80px}
.bar,.hit,.miss,.figures,.remarks,.share i{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}
`
