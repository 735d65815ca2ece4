/** The house's own lint rules, run by oxlint. */
import path from 'node:path'
import { judgeImport } from './import-rules.ts'

interface Node {
  readonly type: string
  readonly source?: Node | null
  readonly value?: unknown
  readonly importKind?: string
  readonly exportKind?: string
  readonly specifiers?: readonly Node[]
  readonly object?: Node
  readonly property?: Node
  readonly name?: string
}

interface Context {
  readonly filename: string
  /** Where the linter was started: the repository. */
  readonly cwd: string
  report(problem: { node: Node; message: string }): void
}

const imports = {
  create(context: Context) {
    const file = path.relative(context.cwd, context.filename).split(path.sep).join('/')
    const check = (node: Node): void => {
      if (typeof node.source?.value !== 'string') return
      const reason = judgeImport({ file, specifier: node.source.value, isTypeOnly: isTypeOnly(node) })
      if (reason !== undefined) context.report({ node: node.source, message: reason })
    }
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
      TSImportType: check,
    }
  },
}

function isTypeOnly(node: Node): boolean {
  if (node.type === 'TSImportType' || node.importKind === 'type' || node.exportKind === 'type') return true
  const names = node.specifiers ?? []
  return names.length > 0 && names.every((name) => name.importKind === 'type' || name.exportKind === 'type')
}

/** Settings are read and judged in one place; everyone else receives typed values. */
const environment = {
  create(context: Context) {
    return {
      MemberExpression(node: Node) {
        const isProcess = node.object?.type === 'Identifier' && node.object.name === 'process'
        const name = node.property?.type === 'Identifier' ? node.property.name : node.property?.value
        if (isProcess && name === 'env') context.report({ node, message: 'process.env is read in env.ts alone' })
      },
    }
  },
}

export default { meta: { name: 'house' }, rules: { imports, environment } }
