// The fields of a struct that are trees, found through the standard library's field reflection. The one
// file that knows that interface, which carries an underscore; what it finds is kept for each type.

@_spi(Reflection) import Swift
import Synchronization

/// The stored properties of a struct that hold arrays, in the order they are declared.
struct TreeFields: Sendable {
  struct Field: Sendable {
    let name: String
    /// Bytes from the start of the struct.
    let offset: Int
    /// The type of the field; `nil` for `any ArrayTree`.
    let type: (any ArrayTree.Type)?
  }

  let fields: [Field]
  /// The fields of enums that may hold arrays: what is in them is known of a value alone.
  let enums: [(name: String, offset: Int, type: any Any.Type)]

  private static let known = Mutex<[ObjectIdentifier: TreeFields]>([:])

  /// The fields of a type; looked for once.
  static func of<Tree: ArrayTree>(_ type: Tree.Type) throws(ArrayError) -> TreeFields {
    let key = ObjectIdentifier(type)
    if let found = known.withLock({ $0[key] }) { return found }
    let found = try TreeFields(lookingInto: type)
    known.withLock { $0[key] = found }
    return found
  }

  // 2 is `ignoreUnknown`: without it the walk ends at the first closure, weak or metatype field.
  private static var options: _EachFieldOptions { _EachFieldOptions(rawValue: 2) }

  private init<Tree: ArrayTree>(lookingInto type: Tree.Type) throws(ArrayError) {
    let kind = Self.kind(of: type)
    guard kind == .struct || kind == .tuple else {
      let noun = kind == .class ? "a class" : "not a struct"
      throw ArrayError(
        "ArrayTree",
        "\(type) is \(noun), so its leaves are not found by themselves; make it a struct, or write "
          + "visitLeaves(_:)")
    }
    var writable: Set<String> = []
    let isSeen = unsafe _forEachFieldWithKeyPath(of: type, options: Self.options) { name, path in
      if Self.isWritable(path) { unsafe writable.insert(String(cString: name)) }
      return true
    }
    var fields: [Field] = []
    var enums: [(name: String, offset: Int, type: any Any.Type)] = []
    var fault: String?
    var count = 0
    // How the compiler names the storage of a lazy property.
    let lazyPrefix = "$__lazy_storage_$_"
    _ = unsafe _forEachField(of: type, options: Self.options) { name, offset, fieldType, kind in
      count += 1
      let name = unsafe String(cString: name)
      let isAnyTree = fieldType == (any ArrayTree).self
      if let tree = fieldType as? any ArrayTree.Type {
        fields.append(Field(name: name, offset: offset, type: tree))
      } else if isAnyTree {
        fields.append(Field(name: name, offset: offset, type: nil))
      } else if Self.holdsArrays(fieldType) {
        fault = fault ?? Self.overlooked(name, fieldType, of: type)
        return true
      } else {
        if kind == .enum, !Self.isPlain(fieldType) { enums.append((name, offset, fieldType)) }
        return true
      }
      if name.hasPrefix(lazyPrefix) {
        fault =
          fault ?? "\(type).\(name.dropFirst(lazyPrefix.count)) is a lazy var that holds arrays, "
          + "which go stale when the others are replaced; leave it out by writing visitLeaves(_:)"
      } else if !writable.contains(name) {
        fault =
          fault ?? "\(type).\(name) is a let that holds arrays; make it a var, or leave it out by "
          + "writing visitLeaves(_:)"
      }
      return true
    }
    if !isSeen || (count == 0 && MemoryLayout<Tree>.size > 0) {
      fault =
        "the fields of \(type) cannot be seen, as reflection metadata is turned off; write "
        + "visitLeaves(_:)"
    }
    if let fault { throw ArrayError("ArrayTree", fault) }
    (self.fields, self.enums) = (fields, enums)
  }

  /// What is said of a field whose arrays would be overlooked.
  static func overlooked(_ name: String, _ field: any Any.Type, of type: any Any.Type) -> String {
    "\(type).\(name) of type \(field) holds arrays but is not an ArrayTree; make it one, or write "
      + "visitLeaves(_:)"
  }

  private struct Holder<Content> { let content: Content }

  /// What sort of type it is; the standard library tells that of fields alone.
  private static func kind<Content>(of type: Content.Type) -> _MetadataKind {
    var found = _MetadataKind.unknown
    _ = unsafe _forEachField(of: Holder<Content>.self, options: options) { _, _, _, kind in
      found = kind
      return true
    }
    return found
  }

  /// Whether a type is a struct.
  static func isStruct<Content>(_ type: Content.Type) -> Bool { kind(of: type) == .struct }

  /// The offset and type of every stored property, and whether it is a reference.
  static func forEachField<Content>(
    of type: Content.Type,
    _ body: (_ offset: Int, _ type: any Any.Type, _ isReference: Bool) -> Void
  ) {
    _ = unsafe _forEachField(of: type, options: options) { _, offset, fieldType, kind in
      let wrapped = (fieldType as? any AnyOptional.Type)?.wrapped
      body(offset, fieldType, kind == .class || wrapped is AnyClass)
      return true
    }
  }

  private static func isWritable<Root>(_ path: PartialKeyPath<Root>) -> Bool {
    func check<Value>(_ type: Value.Type) -> Bool { path is WritableKeyPath<Root, Value> }
    return _openExistential(type(of: path).valueType, do: check)
  }

  /// Whether values are bits alone, with nothing to count references of.
  private static func isPlain(_ type: any Any.Type) -> Bool {
    func check<Content>(_ type: Content.Type) -> Bool { _isPOD(type) }
    return _openExistential(type, do: check)
  }

  /// Whether arrays would be overlooked in a field that is not a tree.
  ///
  /// Objects are looked into as well, each class once.
  private static func holdsArrays(_ type: any Any.Type) -> Bool {
    var seen: Set<ObjectIdentifier> = []
    func holds(_ type: any Any.Type, depth: Int) -> Bool {
      if type is any ArrayTree.Type || type == (any ArrayTree).self { return true }
      // A class may hold one of another type without end.
      if depth > 16 || isPlain(type) || !seen.insert(ObjectIdentifier(type)).inserted {
        return false
      }
      if let type = type as? any Holding.Type {
        return type.contents.contains { holds($0, depth: depth + 1) }
      }
      func sort<Content>(_ type: Content.Type) -> _MetadataKind { Self.kind(of: type) }
      let kind = _openExistential(type, do: sort)
      guard kind == .struct || kind == .tuple || kind == .class else { return false }
      var found = false
      // 1 is `classType`.
      let options = kind == .class ? _EachFieldOptions(rawValue: 3) : options
      _ = unsafe _forEachField(of: type, options: options) { _, _, fieldType, _ in
        found = holds(fieldType, depth: depth + 1)
        return !found
      }
      return found
    }
    return holds(type, depth: 0)
  }

  /// Whether the case that an enum is in holds an array.
  static func holdsArrays(_ value: Any) -> Bool {
    Mirror(reflecting: value).children.contains { child in
      child.value is any ArrayTree || holdsArrays(child.value)
    }
  }
}

extension ArrayTree {
  /// Visits the fields that are trees, where they lie in memory.
  mutating func visitFields<Visitor: TreeVisitor>(_ visitor: inout Visitor) {
    let table: TreeFields
    do throws(ArrayError) {
      table = try TreeFields.of(Self.self)
    } catch {
      ArrayError.report(error)
      return
    }
    unsafe withUnsafeMutablePointer(to: &self) { start in
      let start = UnsafeMutableRawPointer(start)
      for field in table.enums {
        func value<Content>(_ type: Content.Type) -> Any {
          unsafe (start + field.offset).assumingMemoryBound(to: Content.self).pointee
        }
        guard TreeFields.holdsArrays(_openExistential(field.type, do: value)) else { continue }
        let fault = TreeFields.overlooked(field.name, field.type, of: Self.self)
        ArrayError.report(ArrayError("ArrayTree", fault))
        return
      }
      // The offsets and types are those of this type's stored properties.
      func visit<Tree: ArrayTree>(_ type: Tree.Type, _ field: TreeFields.Field) {
        let place = unsafe (start + field.offset).assumingMemoryBound(to: Tree.self)
        unsafe visitor.visit(.field(field.name), &place.pointee)
      }
      func visit<Tree: ArrayTree>(_ name: String, _ tree: inout Tree) {
        visitor.visit(.field(name), &tree)
      }
      for field in table.fields {
        if let type = field.type {
          visit(type, field)
        } else {
          let any = unsafe (start + field.offset).assumingMemoryBound(to: (any ArrayTree).self)
          unsafe visit(field.name, &any.pointee)
        }
      }
    }
  }
}

private protocol AnyOptional {
  static var wrapped: any Any.Type { get }
}

/// What keeps values of other types where reflection of types does not see them.
private protocol Holding {
  static var contents: [any Any.Type] { get }
}

extension Optional: AnyOptional, Holding {
  static var wrapped: any Any.Type { Wrapped.self }
  fileprivate static var contents: [any Any.Type] { [Wrapped.self] }
}

extension Array: Holding {
  fileprivate static var contents: [any Any.Type] { [Element.self] }
}

extension Dictionary: Holding {
  fileprivate static var contents: [any Any.Type] { [Value.self] }
}
