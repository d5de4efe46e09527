/** The data folder cannot be used. The message is one line for the person who starts the node; no stack is needed. */
export class DataFolderError extends Error {
  override readonly name = "DataFolderError";
}
