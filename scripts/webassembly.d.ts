/** The part of WebAssembly that scripts use; Node has it, its types leave it to the browser's. */
declare namespace WebAssembly {
  type ModuleImports = Record<string, unknown>
  function instantiate(
    bytes: Uint8Array,
    imports: Record<string, ModuleImports>,
  ): Promise<{ instance: { exports: Record<string, unknown> } }>
}
