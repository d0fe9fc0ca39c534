/** Names of files that can be imported, by their endings. */
export const MEDIA_NAME =
  /\.(mp4|mov|m4v|mkv|webm|avi|mpe?g|mts|m2ts|mxf|ts|flv|wmv|y4m|png|jpe?g|tiff?|bmp|webp|wav|aiff?|flac|mp3|m4a|aac|ogg)$/i;
