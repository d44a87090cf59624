/** Text for Terraform's template language, as which it reads every string of JSON. */
export function hclTemplate(text: string): string {
  return text.replaceAll("${", "$${").replaceAll("%{", "%%{");
}

/** A literal of Terraform's language. */
export function hclString(text: string): string {
  return hclTemplate(JSON.stringify(text));
}
