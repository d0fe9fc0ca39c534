import { ORPCError, os } from '@orpc/server';
import { asRetakeError } from '../../core/errors.ts';

/** Turns whatever a procedure throws into the typed refusal of the contract: code, message, details. */
export function toTypedError(error: unknown): ORPCError<string, unknown> {
  if (error instanceof ORPCError) return error;
  const { code, message, details } = asRetakeError(error);
  return new ORPCError(code, { message, data: { ...details }, defined: true, cause: error });
}

/** Middleware of every procedure, see {@link toTypedError}. */
export const typedErrors = os.middleware(async ({ next }) => {
  try {
    return await next();
  } catch (error) {
    throw toTypedError(error);
  }
});
