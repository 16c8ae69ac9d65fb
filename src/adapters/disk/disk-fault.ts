import { asFault, Fault, type FaultCode } from '#base/fault.ts';

const codes: Readonly<Record<string, { code: FaultCode; says: string }>> = {
  ENOSPC: { code: 'disk/full', says: 'the disk is full' },
  EDQUOT: { code: 'disk/full', says: 'the disk quota is used up' },
  EROFS: { code: 'disk/read-only', says: 'the file system is read-only' },
  EACCES: { code: 'disk/not-allowed', says: 'the file permissions forbid it' },
  EPERM: { code: 'disk/not-allowed', says: 'the file permissions forbid it' },
  EEXIST: { code: 'disk/exists', says: 'the file exists already' },
  ENOENT: { code: 'disk/missing', says: 'the file or its folder is missing' },
};

/** What the disk answered, in our codes: `disk/full`, `disk/read-only`, `disk/not-allowed`, `disk/exists`, `disk/missing`, else `disk/io`. */
export const diskFault = (thrown: unknown, path: string): Fault => {
  if (thrown instanceof Fault) return thrown;
  const errno =
    typeof thrown === 'object' && thrown !== null && 'code' in thrown ? String(thrown.code) : '';
  const known = codes[errno];
  if (known === undefined)
    return new Fault('disk/io', `${path}: ${asFault(thrown, 'disk/io').message}`, {
      cause: thrown,
      facts: { path, errno },
    });
  return new Fault(known.code, `${path}: ${known.says}`, { cause: thrown, facts: { path, errno } });
};
