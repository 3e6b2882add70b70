#include "report/html/html_style.h"

namespace exitaudit::report {

std::string_view html_style() {
  return R"(:root {
  color-scheme: light dark;
  --ink: #1d1f21; --soft: #5b6166; --line: #d9dcdf; --faint: #f4f5f6; --paper: #ffffff; --link: #0b5a94;
  --good: #0b6b4f; --bad: #a8321a; --warn: #7a5200; --open: #565d63;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e3e5e7; --soft: #a3abb2; --line: #3a4046; --faint: #21262b; --paper: #16191c; --link: #7cbcec;
    --good: #5cc9a3; --bad: #f0917a; --warn: #e0b35c; --open: #b0b7bd;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; -webkit-text-size-adjust: 100%; }
body {
  margin: 0; color: var(--ink); background: var(--paper); line-height: 1.55;
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif;
}
main { max-width: 50rem; margin: 0 auto; padding: 2rem 1.25rem 5rem; overflow-wrap: break-word; }
h1, h2, h3 { line-height: 1.25; font-weight: 650; text-wrap: balance; }
h1 { font-size: 1.9rem; margin: 0 0 .5rem; }
h2 { font-size: 1.35rem; margin: 3rem 0 .75rem; padding-top: 1rem; border-top: 1px solid var(--line); }
h3 { font-size: 1.08rem; margin: 2.25rem 0 .5rem; }
p, ul, ol { margin: .6rem 0; }
.lead { font-size: 1.12rem; color: var(--soft); }
a { color: var(--link); text-underline-offset: .15em; text-decoration-thickness: .06em; }
.here { margin-left: .4em; color: var(--soft); text-decoration: none; opacity: 0; font-weight: 400; }
h2:hover .here, h3:hover .here, .here:focus { opacity: 1; }
code, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .86em; }
code { background: var(--faint); padding: .1em .3em; border-radius: 3px; }
pre {
  background: var(--faint); padding: .75rem 1rem; border-radius: 4px; overflow-x: auto; line-height: 1.45;
  max-height: 36rem;
}

nav { max-width: 50rem; margin: 0 auto; padding: 1.5rem 1.25rem 0; font-size: .9rem; }
nav h2 {
  font-size: .8rem; margin: 0 0 .4rem; padding: 0; border: 0; color: var(--soft); font-weight: 600;
  letter-spacing: .04em;
}
nav ol { list-style: none; margin: 0; padding: 0; }
nav ol ol { padding-left: .9rem; }
nav a { color: var(--ink); text-decoration: none; display: block; padding: .14rem 0; }
nav ol ol a { color: var(--soft); }
nav a:hover { text-decoration: underline; }

.wide { overflow-x: auto; margin: 1.25rem 0 .4rem; }
table { border-collapse: collapse; font-size: .88rem; line-height: 1.4; min-width: min(100%, 24rem); }
caption { text-align: left; font-weight: 600; padding: 0 0 .4rem; font-size: .95rem; }
th, td { padding: .28rem .8rem .28rem 0; text-align: left; vertical-align: top; }
th:last-child, td:last-child { padding-right: .1rem; }
thead th { border-bottom: 1px solid var(--soft); font-weight: 600; vertical-align: bottom; }
tbody tr:last-child > * { border-bottom: 1px solid var(--line); }
thead .number { white-space: normal; }
.short { white-space: nowrap; }
td:not(.number):not(.short) { min-width: 12rem; }
.group th { font-weight: 600; padding-top: .7rem; color: var(--soft); }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.notes { font-size: .84rem; color: var(--soft); margin-bottom: 1.5rem; }
.notes p { margin: .3rem 0; }

figure { margin: 1.75rem 0; }
.drawing { overflow-x: auto; background: #ffffff; border: 1px solid var(--line); border-radius: 4px; padding: .5rem; }
.drawing svg { display: block; width: 100%; height: auto; }
.drawing text, .drawing tspan { font-family: system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
figcaption { font-size: .9rem; color: var(--soft); margin-top: .5rem; }
.files { font-size: .84rem; white-space: normal; }

.badge {
  display: inline-block; font-size: .78rem; line-height: 1.3; padding: .05rem .45rem; border: 1px solid currentColor;
  border-radius: 3px; white-space: nowrap;
}
.good { color: var(--good); } .bad { color: var(--bad); } .warn { color: var(--warn); } .open { color: var(--open); }
.checklist { list-style: none; padding: 0; }
.checklist li { display: grid; grid-template-columns: 9rem 1fr; gap: .9rem; padding: .5rem 0; color: var(--ink);
  border-bottom: 1px solid var(--line); }
.checklist .sign { font-weight: 600; }
.checklist .good .sign { color: var(--good); } .checklist .bad .sign { color: var(--bad); }
.checklist .open .sign { color: var(--open); }
.finding { color: var(--soft); font-size: .9rem; }
.lack pre { white-space: pre-wrap; }
.lack { border-left: 3px solid var(--line); padding: .1rem 0 .1rem 1rem; margin: 1rem 0; }
details { margin: 1rem 0; border: 1px solid var(--line); border-radius: 4px; padding: .5rem 1rem; }
summary { cursor: pointer; font-weight: 600; }

@media (min-width: 75rem) {
  body:has(nav) { display: grid; grid-template-columns: 16rem minmax(0, 58rem); gap: 2rem; justify-content: center; }
  nav { position: sticky; top: 0; align-self: start; max-height: 100vh; overflow-y: auto; padding: 2.6rem 0 2rem 1rem;
    margin: 0; }
  main { margin: 0; width: 100%; max-width: none; }
  main p, main li { max-width: 50rem; }
}
@media (max-width: 74.99rem) { nav ol ol { display: none; } }
@media (max-width: 32rem) {
  main { padding: 1.25rem 1rem 3rem; }
  nav { padding: 1rem 1rem 0; }
  h1 { font-size: 1.5rem; }
  .checklist li { grid-template-columns: 1fr; gap: .1rem; }
  figure:has(svg) figcaption::before { content: "Drag sideways to see all of it. "; }
}
@media print {
  :root { --ink: #000000; --soft: #444444; --line: #bbbbbb; --faint: #f6f6f6; --paper: #ffffff; --link: #000000;
    --good: #0b6b4f; --bad: #a8321a; --warn: #7a5200; --open: #444444; }
  body:has(nav) { display: block; }
  main { max-width: none; padding: 0; }
  nav, .here, .files { display: none; }
  .wide, .drawing, pre { overflow: visible; max-height: none; }
  table { font-size: .75rem; }
  figure { margin: 1rem 0; }
  .drawing { border: 0; padding: 0; }
  .drawing > div { min-width: 0 !important; }
  .drawing svg { max-height: 19rem; }
  pre { white-space: pre-wrap; }
  figure, tr, .checklist li { break-inside: avoid; }
  h2, h3, caption { break-after: avoid; }
}
)";
}

}  // namespace exitaudit::report
