// Runs in Chromium, beside MediaPipe's own script, which defines FaceMesh.
/* global FaceMesh */

/**
 * Follows one face through /frames/0.png, /frames/1.png, ...: as many entries as frames, each a flat list of x y z in
 * 0..1 of the picture, or null without a face.
 */
globalThis.trackFrames = async (count) => {
  const mesh = new FaceMesh({ locateFile: (name) => `/face_mesh/${name}` });
  mesh.setOptions({
    maxNumFaces: 1,
    refineLandmarks: true,
    minDetectionConfidence: 0.5,
    minTrackingConfidence: 0.5,
  });
  let latest = null;
  mesh.onResults((results) => {
    latest = results.multiFaceLandmarks?.[0]?.flatMap(({ x, y, z }) => [x, y, z]) ?? null;
  });
  const canvas = document.createElement('canvas');
  const found = [];
  for (let index = 0; index < count; index++) {
    const image = new Image();
    image.src = `/frames/${index}.png`;
    await image.decode();
    canvas.width = image.naturalWidth;
    canvas.height = image.naturalHeight;
    canvas.getContext('2d').drawImage(image, 0, 0);
    latest = null;
    await mesh.send({ image: canvas });
    found.push(latest);
  }
  return found;
};
