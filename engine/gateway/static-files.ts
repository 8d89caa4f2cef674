import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { gzipSync } from 'node:zlib';
import { FirstcallError } from '../../schemas/errors.ts';
import { MAX_STATIC_BYTES } from './limits.ts';
import type { HttpAnswer, RequestHead } from './transport.ts';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
};

/** A name that esbuild has put a hash of the content into, `app-5XK2QJ3A.js`: never changes. */
const HASHED_NAME = /-[A-Z0-9]{8}\.[a-z0-9.]+$/;
const HOST = /^[A-Za-z0-9.:[\]-]{1,255}$/;

interface StaticFile {
  readonly bytes: Uint8Array;
  /** The same compressed; null where that is no shorter. */
  readonly gzip: Uint8Array | null;
  readonly contentType: string;
  readonly etag: string;
  readonly cacheControl: string;
}

/**
 * The web page, read once at the start: a request is a look-up by its exact path, so none can reach
 * another file, and none waits for the disk.
 */
export class StaticFiles {
  readonly #files: ReadonlyMap<string, StaticFile>;

  private constructor(files: ReadonlyMap<string, StaticFile>) {
    this.#files = files;
  }

  /**
   * Reads every regular file below a directory; links are not followed. A null or absent directory
   * holds no files. Throws `webDirTooLarge` beyond MAX_STATIC_BYTES.
   */
  static async read(webDir: string | null): Promise<StaticFiles> {
    const files = new Map<string, StaticFile>();
    let total = 0;
    for (const path of webDir === null ? [] : await listFiles(webDir)) {
      const bytes = await readFile(path);
      total += bytes.length;
      if (total > MAX_STATIC_BYTES) {
        const message = `${webDir} holds more than ${MAX_STATIC_BYTES} bytes: is it the web page?`;
        throw new FirstcallError('webDirTooLarge', message);
      }
      files.set(`/${relative(webDir!, path).split(sep).join('/')}`, describe(path, bytes));
    }
    return new StaticFiles(files);
  }

  get size(): number {
    return this.#files.size;
  }

  /** Null if there is no such file. `/` is `/index.html`. */
  answer(head: RequestHead): HttpAnswer | null {
    const file = this.#files.get(head.path === '/' ? '/index.html' : head.path);
    if (file === undefined) return null;
    const gzip = takesGzip(head) ? file.gzip : null;
    const headers = {
      vary: 'accept-encoding',
      'content-type': file.contentType,
      'cache-control': file.cacheControl,
      etag: file.etag,
      'content-security-policy': contentSecurityPolicy(head.headers.host),
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    };
    const isKnown = head.headers['if-none-match'].includes(file.etag);
    if (isKnown) return { status: 304, headers, body: '' };
    if (gzip === null) return { status: 200, headers, body: file.bytes };
    return { status: 200, headers: { ...headers, 'content-encoding': 'gzip' }, body: gzip };
  }
}

async function listFiles(directory: string): Promise<string[]> {
  try {
    const entries = await readdir(directory, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function describe(path: string, bytes: Uint8Array): StaticFile {
  const gzip = gzipSync(bytes, { level: 9 });
  return {
    bytes,
    gzip: gzip.length < bytes.length ? gzip : null,
    contentType: CONTENT_TYPES[extname(path)] ?? 'application/octet-stream',
    // Weak: of the content, however it is sent.
    etag: `W/"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`,
    cacheControl: HASHED_NAME.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache',
  };
}

/** One with a quality value is not looked at: a file as it is suits everybody. */
const takesGzip = (head: RequestHead): boolean =>
  /(?:^|,)\s*gzip\s*(?:,|$)/.test(head.headers['accept-encoding']);

/** Everything from here, and WebSockets to here: older browsers do not count those as 'self'. */
function contentSecurityPolicy(host: string): string {
  const sockets = HOST.test(host) ? ` ws://${host} wss://${host}` : '';
  return [
    "default-src 'self'",
    `connect-src 'self'${sockets}`,
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
