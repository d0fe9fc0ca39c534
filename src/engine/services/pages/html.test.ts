import { describe, expect, it } from 'vitest';
import { curveChart } from './curves.ts';
import { demoPage } from './demo-page.ts';
import { escapeHtml, relativeUrl } from './html.ts';

describe('pages', () => {
  it('never let a file name become markup', () => {
    expect(escapeHtml(`<b a="x">'&`)).not.toMatch(/[<>"']/);
    expect(relativeUrl('a b/"c".mp4')).toBe('a%20b/%22c%22.mp4');
    const html = demoPage({
      clip: '<script>x</script>.mp4',
      ownActor: false,
      videos: [{ path: '<v>.mp4', title: '<t>', note: '<n>' }],
      contactSheet: 'sheet.png',
      framesPerSecond: 25,
      figures: [['a'], ['<f>']],
      files: [{ path: '<q>', meaning: '<m>' }],
    });
    for (const tag of ['<script>x', '<v>', '<t>', '<n>', '<f>', '<q>', '<m>']) expect(html).not.toContain(tag);
    expect(html).not.toMatch(/https?:\/\//);
  });

  it('break a curve where frames are missing', () => {
    const svg = curveChart('c', [{ name: 'n', colour: '#fff', values: [0, 1, null, 0.5, 0.5] }]);
    const path = /<path d="([^"]+)"/.exec(svg)![1]!;
    expect(path.match(/M/g)).toHaveLength(2);
    expect(path.match(/L/g)).toHaveLength(2);
  });
});
