/** Rows of name and value with the values in one column. */
export function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n');
}

/** Rows with several columns, each as wide as its widest cell; the first row is the heading. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Bytes as people say them: `12.3 MB`. */
export function formatBytes(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  const step = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** step;
  return `${step === 0 ? value : value.toFixed(1)} ${units[step]}`;
}

/** Seconds with two decimals. */
export function formatSeconds(seconds: number): string {
  return `${seconds.toFixed(2)} s`;
}

/** `24000/1001` as `23.976 frames/s`. */
export function formatRateText(rate: string): string {
  const [num = 0, den = 1] = rate.split('/').map(Number);
  return `${Number((num / den).toFixed(3))} frames/s`;
}

/** A share as a percentage without decimals, `-` when there is none. */
export function formatShare(share: number | null | undefined): string {
  return share == null ? '-' : `${Math.round(share * 100)} %`;
}

/** A figure with so many decimals, `-` when there is none. */
export function formatNumber(value: number | null | undefined, decimals = 2): string {
  return value == null ? '-' : value.toFixed(decimals);
}
