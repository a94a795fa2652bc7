/** The largest artifact that is read, in bytes. */
export const LARGEST_ARTIFACT_BYTES = 256 * 1024 * 1024;
