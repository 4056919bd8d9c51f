//! The modules of a crate, and what their paths refer to.

use std::{
    collections::BTreeMap,
    path::{Path as File, PathBuf},
};

use crate::{
    source::{Import, Path, Source},
    tokens::tokens,
};

/// The number of re-exports that are followed. Only a cycle of them is longer.
const MAX_REEXPORTS: usize = 16;

/// The modules of a crate. The first is its root.
pub(crate) struct Modules {
    all: Vec<Module>,
}

/// A module.
pub(crate) struct Module {
    /// The name; empty for the root.
    pub(crate) name: String,
    pub(crate) parent: Option<usize>,
    pub(crate) file: PathBuf,
    children: BTreeMap<String, usize>,
    source: Source,
}

/// A use of one module by another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Use {
    pub(crate) from: usize,
    pub(crate) to: usize,
    /// The line in the file of `from`.
    pub(crate) line: usize,
}

/// What a path refers to: a module, or an item in it.
#[derive(Clone, Copy)]
struct Target {
    module: usize,
    is_module: bool,
}

impl Modules {
    /// Reads a crate from its root file. `read` returns the text of a file, or `None` if it does not exist.
    pub(crate) fn of(root: &File, read: &dyn Fn(&File) -> Option<String>) -> Self {
        let mut modules = Self { all: Vec::new() };
        let source = Source::of(&tokens(&read(root).unwrap_or_default()));
        let dir = root.parent().unwrap_or(File::new(""));
        modules.add(String::new(), None, root, dir, source, read);
        modules
    }

    /// Adds a module with its children, whose files are in `dir`.
    fn add(
        &mut self,
        name: String,
        parent: Option<usize>,
        file: &File,
        dir: &File,
        mut source: Source,
        read: &dyn Fn(&File) -> Option<String>,
    ) {
        let index = self.all.len();
        if let Some(parent) = parent {
            self.all[parent].children.insert(name.clone(), index);
        }
        let children = std::mem::take(&mut source.children);
        self.all.push(Module {
            name,
            parent,
            file: file.to_owned(),
            children: BTreeMap::new(),
            source,
        });
        for (name, inline) in children {
            let below = dir.join(&name);
            if let Some(source) = inline {
                self.add(name, Some(index), file, &below, source, read);
                continue;
            }
            let file = dir.join(format!("{name}.rs"));
            if let Some(text) = read(&file) {
                let source = Source::of(&tokens(&text));
                self.add(name, Some(index), &file, &below, source, read);
            }
        }
    }

    /// Returns all modules.
    pub(crate) fn all(&self) -> &[Module] {
        &self.all
    }

    /// Returns the modules with children.
    pub(crate) fn parents(&self) -> impl Iterator<Item = usize> {
        (0..self.all.len()).filter(|module| !self.all[*module].children.is_empty())
    }

    /// Returns the child of `parent` that contains `module`, `parent` itself if that is the module, or `None` if the
    /// module is elsewhere.
    pub(crate) fn within(&self, parent: usize, module: usize) -> Option<usize> {
        if module == parent {
            return Some(parent);
        }
        let above = self.all[module].parent?;
        if above == parent {
            return Some(module);
        }
        self.within(parent, above)
    }

    /// Returns all uses of one module by another, in the order of modules and lines.
    pub(crate) fn uses(&self) -> Vec<Use> {
        let mut uses = Vec::new();
        for from in 0..self.all.len() {
            let source = &self.all[from].source;
            let imports = source.imports.iter();
            let imports = imports.filter_map(|import| self.imported(from, import));
            let paths = source.paths.iter();
            let paths = paths.filter_map(|path| Some((self.resolve(from, path, 0)?, path.line)));
            let here = imports.chain(paths);
            uses.extend(here.map(|(target, line)| Use { from, to: target.module, line }));
        }
        uses.retain(|found| found.from != found.to);
        uses.sort_by_key(|found| (found.from, found.line));
        uses
    }

    /// Returns what an import uses. A module is used only by the paths that begin with it, and a re-exported child only
    /// if its name occurs in other code.
    fn imported(&self, from: usize, import: &Import) -> Option<(Target, usize)> {
        let source = &self.all[from].source;
        let target = self.resolve(from, &import.path, 0)?;
        let is_child = target.module != from && self.within(from, target.module).is_some();
        let is_named = || {
            let mut paths = source.paths.iter();
            source.words.contains(&import.name) || paths.any(|path| path.segments[0] == import.name)
        };
        let is_used = if target.is_module {
            import.name == "*" && !import.is_reexport
        } else {
            !(import.is_reexport && is_child) || is_named()
        };
        is_used.then_some((target, import.path.line))
    }

    /// Returns what a path in a module refers to; `None` for what is not in this crate.
    fn resolve(&self, from: usize, path: &Path, depth: usize) -> Option<Target> {
        let (first, rest) = path.segments.split_first()?;
        let module = match first.as_str() {
            "crate" => 0,
            "self" => from,
            "super" => self.all[from].parent?,
            name => match self.all[from].children.get(name) {
                Some(child) => *child,
                None => {
                    let import = self.import(from, name)?;
                    if path.line == import.path.line && path.segments == import.path.segments {
                        // `use a::b` in the module: `a` is a crate.
                        return None;
                    }
                    let target = self.resolve(from, &import.path, deeper(depth)?)?;
                    if !target.is_module {
                        return Some(target);
                    }
                    target.module
                }
            },
        };
        self.walk(module, rest, depth)
    }

    /// Follows the rest of a path from a module.
    fn walk(&self, module: usize, rest: &[String], depth: usize) -> Option<Target> {
        let Some((first, rest)) = rest.split_first() else {
            return Some(Target { module, is_module: true });
        };
        let item = Target { module, is_module: false };
        let here = &self.all[module];
        match first.as_str() {
            "*" => return self.walk(module, rest, depth),
            "self" => return self.walk(module, rest, depth),
            "super" => return self.walk(here.parent?, rest, depth),
            _ => {}
        }
        if let Some(child) = here.children.get(first) {
            return self.walk(*child, rest, depth);
        }
        if here.source.items.contains(first) {
            return Some(item);
        }
        let depth = deeper(depth)?;
        if let Some(import) = self.import(module, first) {
            return match self.resolve(module, &import.path, depth) {
                Some(target) if target.is_module => self.walk(target.module, rest, depth),
                Some(target) => Some(target),
                None => Some(item),
            };
        }
        let globs = here.source.imports.iter().filter(|import| import.name == "*");
        let targets = globs.filter_map(|glob| self.resolve(module, &glob.path, depth));
        let mut modules =
            targets.filter(|target| target.is_module && self.has(target.module, first));
        match modules.next() {
            Some(target) => {
                let whole: Vec<String> = [first].into_iter().chain(rest).cloned().collect();
                self.walk(target.module, &whole, depth)
            }
            None => Some(item),
        }
    }

    fn has(&self, module: usize, name: &str) -> bool {
        let module = &self.all[module];
        module.source.items.contains(name)
            || module.children.contains_key(name)
            || module.source.imports.iter().any(|import| import.name == name)
    }

    fn import(&self, module: usize, name: &str) -> Option<&Import> {
        let mut imports = self.all[module].source.imports.iter();
        imports.find(|import| import.name == name)
    }
}

fn deeper(depth: usize) -> Option<usize> {
    (depth < MAX_REEXPORTS).then_some(depth + 1)
}

#[cfg(test)]
mod tests;
