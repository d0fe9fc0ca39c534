import { desktop } from '../engine/transport.ts';

/** Where an export is made; in the desktop program, what is finished can be dragged out or shown in its folder. */
export function ExportedFile({ path, finished }: { path: string; finished: boolean }) {
  const name = path.replace(/^.*[\\/]/, '');
  if (!desktop || !finished)
    return (
      <p className="muted path-line" title={path}>
        {name}
      </p>
    );
  const shell = desktop;
  return (
    <p className="muted path-line">
      <button
        type="button"
        className="quiet"
        draggable
        title={`${path}: drag it into another program, or click to show it in its folder`}
        onDragStart={(event) => {
          event.preventDefault(); // the system's own drag takes over
          shell.dragOut(path);
        }}
        onClick={() => shell.reveal(path)}
      >
        {name}
      </button>
    </p>
  );
}
