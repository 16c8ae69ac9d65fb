declare const brand: unique symbol;

/** A value that is a `T` at run time and cannot be confused with another `T` by the type checker. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };
