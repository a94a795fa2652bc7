/** The variables that a step's texts may hold, as the service spells them (user guide, workflow steps). */
export const variables = {
  // biome-ignore-start lint/suspicious/noTemplateCurlyInString: the service's own spelling
  previousFile: '${previous.file}',
  originalFile: '${original.file}',
  userName: '${transfer:UserName}',
  uploadDate: '${transfer:UploadDate}',
  // biome-ignore-end lint/suspicious/noTemplateCurlyInString: the service's own spelling
} as const;
