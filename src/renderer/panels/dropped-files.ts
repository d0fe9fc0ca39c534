import { MEDIA_NAME } from '../state/media-names.ts';

/** What lies in a folder that was dropped. A browser gives it in portions, and nothing when it gave everything. */
function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  return new Promise((resolve, reject) => {
    const more = (): void =>
      reader.readEntries((some) => {
        if (some.length === 0) resolve(all);
        else {
          all.push(...some);
          more();
        }
      }, reject);
    more();
  });
}

const fileOf = (entry: FileSystemFileEntry): Promise<File> =>
  new Promise((resolve, reject) => entry.file(resolve, reject));

/** The media of a folder, by name; like an import by path, it does not look into folders in it. */
async function mediaOf(folder: FileSystemDirectoryEntry): Promise<File[]> {
  const files = (await entriesOf(folder)).filter(
    (entry): entry is FileSystemFileEntry => entry.isFile && !entry.name.startsWith('.') && MEDIA_NAME.test(entry.name),
  );
  return await Promise.all(files.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map(fileOf));
}

/** The files that were dropped, and the media of the folders that were. To be called while the drop is handled. */
export async function droppedFiles(items: DataTransferItemList): Promise<File[]> {
  // All are taken at once: when the handler has returned, the browser gives them no more.
  const taken = [...items].flatMap((item) => {
    const entry = item.webkitGetAsEntry();
    if (entry?.isDirectory) return [mediaOf(entry as FileSystemDirectoryEntry)];
    const file = item.getAsFile();
    return file ? [Promise.resolve([file])] : [];
  });
  return (await Promise.all(taken)).flat();
}
