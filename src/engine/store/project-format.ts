import type { FileFormat } from './migrations.ts';

/**
 * What a `.retake` file holds. `entities` are the document's rows as JSON, one per clip, track, effect...: an edit
 * writes only the rows it touches. `rev` is the revision that wrote a row, so that a salvage can tell old from new.
 * `history` are labelled patches there and back; rows up to `cursor` are done, later ones undone. `results` and
 * `chunks` are captures and other dense data, little-endian typed arrays cut along the frames.
 */
export const PROJECT_FORMAT: FileFormat = {
  applicationId: 0x52_74_6b_50, // "RtkP"
  noun: 'Retake project',
  migrations: [
    {
      version: 1,
      what: 'documents, history, results',
      up: (db) =>
        db.exec(`
        CREATE TABLE state (
          id INTEGER PRIMARY KEY CHECK (id = 1),
          head TEXT NOT NULL, revision INTEGER NOT NULL, cursor INTEGER NOT NULL,
          written_by TEXT NOT NULL, writer_pid INTEGER, writer_host TEXT, writer_since TEXT
        ) STRICT;
        CREATE TABLE entities (
          tbl TEXT NOT NULL, id TEXT NOT NULL, rev INTEGER NOT NULL, json TEXT NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX entities_by_id ON entities (tbl, id);
        CREATE TABLE history (
          seq INTEGER PRIMARY KEY, label TEXT NOT NULL, at TEXT NOT NULL, patches TEXT NOT NULL, inverse TEXT NOT NULL
        ) STRICT;
        CREATE TABLE results (
          key TEXT PRIMARY KEY, kind TEXT NOT NULL, fingerprint TEXT NOT NULL, inputs TEXT NOT NULL,
          info TEXT, complete INTEGER NOT NULL DEFAULT 0, created TEXT NOT NULL
        ) STRICT;
        CREATE INDEX results_by_fingerprint ON results (fingerprint, kind);
        CREATE TABLE chunks (
          result TEXT NOT NULL REFERENCES results (key) ON DELETE CASCADE,
          name TEXT NOT NULL, first INTEGER NOT NULL, rows INTEGER NOT NULL, width INTEGER NOT NULL,
          type TEXT NOT NULL, sha256 TEXT NOT NULL, data BLOB NOT NULL,
          PRIMARY KEY (result, name, first)
        ) STRICT;`),
    },
  ],
};

/** Version of the project file that this Retake writes. */
export const PROJECT_FILE_VERSION = PROJECT_FORMAT.migrations.at(-1)!.version;
