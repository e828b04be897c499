/** How does a report reach its reader? As one file of charts and tables that needs nothing else, light or dark. */

import { writeFile } from 'node:fs/promises';
import { SluiceError } from '../../index.ts';
import { escaped, HEIGHT, STYLE, WIDTH } from './chart.ts';

/** What a page holds, in this order; all words are escaped here, charts are SVG. */
export interface Page {
  readonly title: string;
  readonly paragraphs: readonly string[];
  readonly charts: readonly string[];
  /** The first row is the heading, the first column stands to the left. */
  readonly tables: readonly { readonly caption: string; readonly rows: readonly (readonly string[])[] }[];
}

/** The page as HTML. */
export function pageOf({ title, paragraphs, charts, tables }: Page): string {
  const row = (cells: readonly string[], tag: string): string =>
    `<tr>${cells.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join('')}</tr>`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><title>${escaped(title)}</title>
<style>body{font:14px/1.5 system-ui,sans-serif;max-width:720px;margin:2rem auto;padding:0 1rem;background:#fff;color:#1c1f23}
h1{font-size:1.4rem;line-height:1.25;overflow-wrap:anywhere}.wide{overflow-x:auto;margin:1.5rem 0}
svg{display:block;width:100%;min-width:480px;height:auto}table{border-collapse:collapse;width:100%}
caption{text-align:left;font-weight:600;padding:.25rem .5rem}td,th{padding:.25rem .5rem;border-bottom:1px solid #e3e6ea;text-align:right}
td:first-child,th:first-child{text-align:left}th{vertical-align:bottom}td{font-variant-numeric:tabular-nums}td+td{white-space:nowrap}
@media(prefers-color-scheme:dark){body{background:#16191d;color:#e8eaed}td,th{border-color:#2c3138}}${STYLE}</style></head><body>
<h1>${escaped(title)}</h1>
${paragraphs.map((words) => `<p>${escaped(words)}</p>`).join('\n')}
${charts.map((one) => `<div class="wide"><svg viewBox="0 0 ${WIDTH} ${HEIGHT}">\n${one}\n</svg></div>`).join('\n')}
${tables
  .map(({ caption, rows: [head, ...body] }) =>
    [
      `<div class="wide"><table><caption>${escaped(caption)}</caption><thead>${row(head, 'th')}</thead><tbody>`,
      ...body.map((cells) => row(cells, 'td')),
      '</tbody></table></div>',
    ].join('\n'),
  )
  .join('\n')}
</body></html>
`;
}

/** Writes a report. @throws ERR_SLUICE_STORE_FAILED where the system does not let it. */
export async function writeReportFile(path: string, content: string): Promise<void> {
  try {
    await writeFile(path, content);
  } catch (cause) {
    throw new SluiceError(
      'ERR_SLUICE_STORE_FAILED',
      `Expected to write the report ${path} but the system said ${(cause as NodeJS.ErrnoException).code}`,
      { cause, remedy: 'Name a file in a directory that can be written by --report.' },
    );
  }
}
