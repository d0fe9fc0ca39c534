import { escapeHtml, htmlTable, page, relativeUrl } from './html.ts';

/** A video of the demo, path relative to the page. */
export interface DemoVideo {
  readonly path: string;
  readonly title: string;
  readonly note: string;
}

/** What the demo page shows; paths relative to it. */
export interface DemoContent {
  readonly clip: string;
  readonly ownActor: boolean;
  readonly videos: readonly DemoVideo[];
  readonly contactSheet: string;
  readonly framesPerSecond: number;
  readonly figures: readonly (readonly string[])[];
  readonly files: readonly { readonly path: string; readonly meaning: string }[];
}

// One clock for all videos: the first plays, the others follow it when they drift by more than a frame or two.
const SCRIPT = `
const videos = [...document.querySelectorAll('video')];
const button = document.querySelector('button');
const bar = document.querySelector('input');
const time = document.querySelector('output');
const lead = videos[0];
const seek = (t) => { for (const v of videos) v.currentTime = t; };
const toggle = () => { if (lead.paused) { for (const v of videos) { v.currentTime = lead.currentTime; v.play(); } } else for (const v of videos) v.pause(); };
button.addEventListener('click', toggle);
for (const name of ['play', 'pause']) lead.addEventListener(name, () => { button.textContent = lead.paused ? 'Play' : 'Pause'; });
bar.addEventListener('input', () => seek(Number(bar.value) * (lead.duration || 0)));
videos.forEach((v, i) => { v.muted = i > 0; v.loop = false; });
lead.addEventListener('ended', () => { for (const v of videos) v.pause(); seek(0); toggle(); });
addEventListener('keydown', (event) => {
  if (event.target === bar || event.target === button) return;
  if (event.key === ' ') { event.preventDefault(); toggle(); }
  if (event.key === 'ArrowRight') seek(lead.currentTime + 1 / FPS);
  if (event.key === 'ArrowLeft') seek(Math.max(0, lead.currentTime - 1 / FPS));
});
const tick = () => {
  const t = lead.currentTime;
  for (const v of videos.slice(1)) if (!lead.paused && Math.abs(v.currentTime - t) > 0.08) v.currentTime = t;
  if (lead.duration && document.activeElement !== bar) bar.value = String(t / lead.duration);
  time.textContent = t.toFixed(2) + ' s';
  requestAnimationFrame(tick);
};
tick();
`;

function video(entry: DemoVideo): string {
  return `<figure><video src="${relativeUrl(entry.path)}" preload="auto" playsinline></video><figcaption><b>${escapeHtml(entry.title)}</b><span>${escapeHtml(entry.note)}</span></figcaption></figure>`;
}

/** The page of `retake demo`. */
export function demoPage(content: DemoContent): string {
  const intro = content.ownActor
    ? 'The actor is rendered by this program, voice included; nobody was filmed. Retake knows nothing of how it was made: it tracks the finished video like any other.'
    : `Your clip, ${escapeHtml(content.clip)}. Keep it among people who agreed to be in it.`;
  const files = content.files.map((file) => [
    `<a href="${relativeUrl(file.path)}">${escapeHtml(file.path)}</a>`,
    escapeHtml(file.meaning),
  ]);
  return page(
    'Retake demo',
    `<h1>Retake demo</h1>
<p>${intro} Every edited video is <span class="label">labelled as edited</span>, inside the file and beside it.</p>
<div class="controls"><button type="button">Play</button><input type="range" min="0" max="1" step="0.001" value="0" aria-label="position"><output>0.00 s</output></div>
<div class="grid">${content.videos.map(video).join('\n')}</div>
<p>Space plays and pauses, the arrow keys step by one frame.</p>
<h2>Contact sheet</h2>
<figure><img src="${relativeUrl(content.contactSheet)}" alt="Frames of the source and of each edit, side by side"></figure>
<h2>Measured</h2>
${htmlTable(content.figures.map((row) => row.map(escapeHtml)))}
<h2>Files</h2>
${htmlTable([['file', 'what it is'], ...files])}`,
    SCRIPT.replaceAll('FPS', String(content.framesPerSecond)),
  );
}
