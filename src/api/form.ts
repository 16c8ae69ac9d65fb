/** Forms with files (RFC 7578), read into memory within limits: nothing of a refused file ever reaches the disk. */
import { createHash } from 'node:crypto';
import type { MultipartFile } from '@fastify/multipart';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { refused } from './problem.ts';

export interface FormLimits {
  /** Name of the one part that is a file. */
  readonly file: string;
  /** Of that file; what goes on beyond is not read. */
  readonly mostFileBytes: number;
  /** Of each field. */
  readonly mostFieldBytes: number;
  /** Only looked at, and read by the handler as it comes (`streamForm`): for files that are not to lie in memory. */
  readonly isStreamed?: boolean;
  /** JSON is taken as well. */
  readonly orJson?: boolean;
}

/** A file of a form. As JSON it is its digest, so that a request can be told from another one by its body. */
export class FormFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** False when it was longer than the limit: `bytes` are its beginning. */
  readonly isWhole: boolean;

  constructor(name: string, bytes: Uint8Array, isWhole: boolean) {
    this.name = name;
    this.bytes = bytes;
    this.isWhole = isWhole;
  }

  toJSON(): unknown {
    const { name, bytes, isWhole } = this;
    return { name, isWhole, sha256: createHash('sha256').update(bytes).digest('base64url') };
  }
}

/** After a refusal a client may still be sending: so much is taken and thrown away, so that it gets to read the answer. */
const lingerBytes = 8 * 1024 * 1024;
const lingerMs = 3000;
/** Room a file is given at first, at most; it doubles as the file grows, up to the limit. */
const firstBytes = 1024 * 1024;

/** Lets go of a request whose rest nobody wants. */
const lingerAfter = (request: FastifyRequest, reply: FastifyReply): void => {
  const { raw } = request;
  reply.raw.once('finish', () => {
    if (raw.readableEnded) return;
    let taken = 0;
    const timer = setTimeout(() => raw.destroy(), lingerMs);
    raw.once('close', () => clearTimeout(timer));
    raw.on('data', (piece: Buffer) => {
      taken += piece.length;
      if (taken > lingerBytes) raw.destroy();
    });
  });
};

/** @param expected what the request says of its length: room for it is made at once, within reason */
const readFile = async (part: MultipartFile, most: number, expected: number): Promise<FormFile> => {
  let bytes = Buffer.allocUnsafeSlow(Math.min(most, expected, firstBytes));
  let taken = 0;
  for await (const piece of part.file as AsyncIterable<Buffer>) {
    if (taken + piece.length > bytes.length && bytes.length < most) {
      const larger = Buffer.allocUnsafeSlow(
        Math.min(most, Math.max(2 * bytes.length, taken + piece.length)),
      );
      bytes.copy(larger, 0, 0, taken);
      bytes = larger;
    }
    piece.copy(bytes, taken);
    taken += piece.length;
    // Leaving the loop destroys the stream, and with it the parsing: nothing more is read of the request.
    if (taken > most) break;
  }
  return new FormFile(part.filename, bytes.subarray(0, Math.min(taken, most)), taken <= most);
};

const invalid = (detail: string) => refused({ code: 'api/invalid-request', detail });

/** Fields that follow a file which was broken off are not known: the answer says what is known. */
const readParts = async (
  request: FastifyRequest,
  limits: FormLimits,
): Promise<Readonly<Record<string, unknown>>> => {
  const body = new Map<string, unknown>();
  const parts = request.parts({
    limits: {
      fileSize: limits.mostFileBytes + 1,
      fieldSize: limits.mostFieldBytes,
      fieldNameSize: 100,
      files: 1,
      fields: 20,
      parts: 21,
      headerPairs: 20,
    },
  });
  const expected = Number(request.headers['content-length'] ?? firstBytes);
  for await (const part of parts) {
    if (body.has(part.fieldname)) throw invalid(`The field ${part.fieldname} is there twice.`);
    if (part.type === 'file') {
      if (part.fieldname !== limits.file) throw invalid(`The file must be named ${limits.file}.`);
      const file = await readFile(part, limits.mostFileBytes, expected);
      body.set(part.fieldname, file);
      if (!file.isWhole) break;
    } else {
      if (part.valueTruncated) throw invalid(`The field ${part.fieldname} is too long.`);
      body.set(part.fieldname, part.value);
    }
  }
  return Object.fromEntries(body);
};

/** Every other route takes JSON alone: a form of another site could be sent with the cookie. */
export const refuseForm = async (request: FastifyRequest): Promise<void> => {
  if (request.isMultipart()) throw refused({ code: 'api/unsupported-media-type' });
};

/** A hook that turns the form into `request.body` before it is validated, or refuses it. */
export const readForm =
  (limits: FormLimits) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    if (!request.isMultipart()) {
      if (limits.orJson === true) return;
      throw refused({ code: 'api/unsupported-media-type', detail: 'Send multipart/form-data.' });
    }
    lingerAfter(request, reply);
    if (limits.isStreamed === true) return;
    try {
      request.body = await readParts(request, limits);
    } catch (thrown) {
      if (thrown instanceof Error && 'code' in thrown && /^FST_|^ERR_/.test(String(thrown.code)))
        throw invalid(thrown.message);
      throw thrown;
    }
  };

/** A form whose file is read as it comes. Fields have to come before it. */
export interface StreamedForm {
  readonly fields: Readonly<Record<string, string>>;
  readonly fileName: string;
  /** Read to its end, or returned early. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** For routes whose form is `isStreamed`. @returns null when the form has no file of that name */
export const streamForm = async (
  request: FastifyRequest,
  limits: FormLimits,
): Promise<StreamedForm | null> => {
  const fields = new Map<string, string>();
  const parts = request.parts({
    limits: {
      fileSize: limits.mostFileBytes + 1,
      fieldSize: limits.mostFieldBytes,
      fieldNameSize: 100,
      files: 1,
      fields: 20,
      parts: 21,
      headerPairs: 20,
    },
  });
  try {
    for await (const part of parts) {
      if (part.type === 'field') {
        if (part.valueTruncated) throw invalid(`The field ${part.fieldname} is too long.`);
        fields.set(part.fieldname, String(part.value));
        continue;
      }
      if (part.fieldname !== limits.file) throw invalid(`The file must be named ${limits.file}.`);
      const body = part.file as AsyncIterable<Uint8Array>;
      return { fields: Object.fromEntries(fields), fileName: part.filename, body };
    }
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && /^FST_|^ERR_/.test(String(thrown.code)))
      throw invalid(thrown.message);
    throw thrown;
  }
  return null;
};
