// Writes a picture of every shape of the parametric face, from the front and from the side:
//   node scripts/shape-sheet.ts [--out docs/images/shapes.png] [--width 80] [--columns 10] [--only jawOpen,mouthSmile]
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { PNG } from 'pngjs';
import { isShapeName, SHAPE_COUNT, SHAPE_NAMES, shapeIndex } from '../src/core/performance.ts';
import { type Canvas, createCanvas, drawImage, drawText } from '../src/core/render/canvas.ts';
import { loadFaceModel } from '../src/engine/capture/face-model/index.ts';
import { COMBINATIONS } from './shape-sheet/combinations.ts';
import { createPortraitist } from './shape-sheet/face-portrait.ts';

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: 'docs/images/shapes.png' },
    width: { type: 'string', default: '80' },
    columns: { type: 'string', default: '10' },
    only: { type: 'string' },
    yaw: { type: 'string', default: '-0.6' },
    linear: { type: 'boolean', default: false },
  },
});
const width = Number(values.width);
const height = Math.round(width * 1.2);
const columns = Number(values.columns);
const label = Math.max(10, Math.round(width * 0.12));
const all = [...Object.keys(COMBINATIONS), ...SHAPE_NAMES.filter((name) => name !== 'tongueOut')];
const names = values.only === undefined ? all : values.only.split(',');

const model = await loadFaceModel();
const artist = createPortraitist(model, model, model.neutral, width, height, 3);
const cellWidth = width * 2;
const cellHeight = height + label + 4;
const sheet: Canvas = createCanvas(cellWidth * columns, cellHeight * Math.ceil(names.length / columns), [38, 40, 44]);

for (const [i, name] of names.entries()) {
  const coefficients = new Float32Array(SHAPE_COUNT);
  // mouthClose is defined on an open jaw only.
  const single = isShapeName(name) ? { [name]: 1, ...(name === 'mouthClose' ? { jawOpen: 1 } : {}) } : undefined;
  const mix = COMBINATIONS[name] ?? single;
  if (mix === undefined) throw new Error(`No shape or combination is called "${name}".`);
  for (const [shape, value] of Object.entries(mix)) if (isShapeName(shape)) coefficients[shapeIndex(shape)] = value;
  const x = (i % columns) * cellWidth;
  const y = Math.floor(i / columns) * cellHeight;
  drawText(sheet, name, x + 6, y + 4, label, [235, 235, 235], 0.11);
  drawImage(sheet, artist.draw({ coefficients, yaw: 0, contacts: !values.linear }), x, y + label + 4, width, height);
  drawImage(
    sheet,
    artist.draw({ coefficients, yaw: Number(values.yaw), contacts: !values.linear }),
    x + width,
    y + label + 4,
    width,
    height,
  );
}

const png = new PNG({ width: sheet.width, height: sheet.height, colorType: 2 });
for (let p = 0; p < sheet.width * sheet.height; p++)
  png.data.set(
    [coarser(sheet.rgb[p * 3]!), coarser(sheet.rgb[p * 3 + 1]!), coarser(sheet.rgb[p * 3 + 2]!), 255],
    p * 4,
  );
// 64 levels a channel cannot be told apart at this size and halve the file.
function coarser(value: number): number {
  return Math.min(255, Math.round(value / 4) * 4);
}

const bytes = PNG.sync.write(png, { colorType: 2, deflateLevel: 9, filterType: 4 });
mkdirSync(dirname(values.out), { recursive: true });
writeFileSync(values.out, bytes);
console.error(
  `${values.out}: ${names.length} pictures, ${sheet.width} x ${sheet.height}, ${Math.round(bytes.length / 1024)} KB`,
);
