export { SignInWorld } from "./sign-in-world";
export { type Application, type Identity } from "./entra";
