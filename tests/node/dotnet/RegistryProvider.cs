// HKLM: and HKCU: over it. Compiled by FakeNode.Enter.ps1, needs only the assemblies PowerShell brings.

namespace Lab
{
    // What Get-Item HKLM:\... gives; a subset of Microsoft.Win32.RegistryKey.
    public class RegKey
    {
        readonly string path;
        public RegKey(string p) { path = p; }
        public string Name { get { return path; } }
        public string PSChildName { get { return path.Substring(path.LastIndexOf('\\') + 1); } }
        public int SubKeyCount { get { return Reg.Children(path).Count; } }
        public int ValueCount { get { return Reg.ValueNames(path).Length; } }
        public string[] Property { get { return Reg.ValueNames(path); } }
        public string[] GetSubKeyNames() { return Reg.Children(path).ToArray(); }
        public string[] GetValueNames() { return Reg.ValueNames(path); }
        public object GetValue(string name) { return Reg.Get(path, name); }
        public object GetValue(string name, object dflt) { return Reg.Get(path, name) ?? dflt; }
        public object GetValue(string name, object dflt, RegistryValueOptions o) { return Reg.Get(path, name) ?? dflt; }
        public RegistryValueKind GetValueKind(string name) { return (RegistryValueKind)Enum.Parse(typeof(RegistryValueKind), Reg.Kind(path, name) ?? "Unknown"); }
        public void SetValue(string name, object value) { Reg.Set(path, name, value, null); }
        public void SetValue(string name, object value, RegistryValueKind kind) { Reg.Set(path, name, value, kind.ToString()); }
        public void DeleteValue(string name) { Reg.Remove(path, name); }
        public void DeleteValue(string name, bool throwOnMissing) { if (!Reg.Remove(path, name) && throwOnMissing) throw new ArgumentException("No value exists with that name."); }
        public RegKey CreateSubKey(string name) { return new RegKey(Reg.CreateChild(path, name)); }
        public RegKey CreateSubKey(string name, bool writable) { return CreateSubKey(name); }
        public RegKey OpenSubKey(string name) { string p = path + "\\" + name; return Reg.ExistsRaw(p) ? new RegKey(p) : null; }
        public RegKey OpenSubKey(string name, bool writable) { return OpenSubKey(name); }
        public void DeleteSubKeyTree(string name) { Reg.Delete(path + "\\" + name); }
        public void Close() { }
        public void Dispose() { }
        public override string ToString() { return path; }
    }

    public class RegistryTypeParameter { [Parameter] public RegistryValueKind Type { get; set; } = RegistryValueKind.Unknown; }

    [CmdletProvider("Registry", ProviderCapabilities.ShouldProcess)]
    public class RegistryProvider : NavigationCmdletProvider, IDynamicPropertyCmdletProvider
    {
        protected override Collection<PSDriveInfo> InitializeDefaultDrives()
        {
            var c = new Collection<PSDriveInfo>();
            c.Add(new PSDriveInfo("HKLM", ProviderInfo, "HKEY_LOCAL_MACHINE", "local machine", null));
            c.Add(new PSDriveInfo("HKCU", ProviderInfo, "HKEY_CURRENT_USER", "current user", null));
            return c;
        }
        protected override bool IsValidPath(string path) { return true; }
        protected override bool ItemExists(string path) { return Reg.Exists(path); }
        protected override bool IsItemContainer(string path) { return Reg.Exists(path); }
        protected override bool HasChildItems(string path) { return Reg.Children(path).Count > 0; }
        bool Need(string path)
        {
            if (Reg.Exists(path)) return true;
            WriteError(new ErrorRecord(new ItemNotFoundException("Cannot find path '" + path + "' because it does not exist."), "PathNotFound", ErrorCategory.ObjectNotFound, path));
            return false;
        }
        protected override void GetItem(string path) { if (Need(path)) { string n = Reg.Norm(path); WriteItemObject(new RegKey(n), path, true); } }
        protected override void GetChildItems(string path, bool recurse)
        {
            foreach (var c in Reg.Children(path))
            {
                string p = Reg.Norm(path) + "\\" + c;
                WriteItemObject(new RegKey(p), p, true);
                if (recurse) GetChildItems(p, true);
            }
        }
        protected override void GetChildNames(string path, ReturnContainers rc) { foreach (var c in Reg.Children(path)) WriteItemObject(c, path, true); }
        protected override void NewItem(string path, string itemTypeName, object newItemValue)
        {
            string n = Reg.Norm(path);
            if (Reg.Exists(n) && !Force) { WriteError(new ErrorRecord(new IOException("A key in this path already exists."), "System.IO.IOException", ErrorCategory.ResourceExists, path)); return; }
            int cut = n.LastIndexOf('\\');
            if (cut > 0 && !Reg.Exists(n.Substring(0, cut)) && !Force)
            { WriteError(new ErrorRecord(new ArgumentException("The registry key at the specified path does not exist."), "System.ArgumentException", ErrorCategory.InvalidArgument, path)); return; }
            if (Reg.Exists(n)) Reg.Delete(n);
            Reg.Create(n);
            Node.Trace("registry", "create", n, null);
            if (newItemValue != null) Reg.Set(n, "", newItemValue, null);
            WriteItemObject(new RegKey(n), path, true);
        }
        protected override void RemoveItem(string path, bool recurse)
        {
            if (!Need(path)) return;
            Reg.Delete(path); Node.Trace("registry", "delete", Reg.Norm(path), null);
        }
        protected override void SetItem(string path, object value) { Reg.Set(Reg.Norm(path), "", value, null); }
        protected override void RenameItem(string path, string newName) { throw new PSNotSupportedException(); }

        public void GetProperty(string path, Collection<string> names)
        {
            if (!Need(path)) return;
            string n = Reg.Norm(path);
            var o = new PSObject();
            bool any = false;
            if (names == null || names.Count == 0)
            {
                foreach (var v in Reg.ValueNames(n)) { o.Properties.Add(new PSNoteProperty(v == "" ? "(default)" : v, Reg.Get(n, v))); any = true; }
            }
            else foreach (var want in names)
            {
                var pat = WildcardPattern.Get(want == "(default)" ? "" : want, WildcardOptions.IgnoreCase);
                bool hit = false;
                foreach (var v in Reg.ValueNames(n)) if (pat.IsMatch(v)) { if (o.Properties[v] == null) o.Properties.Add(new PSNoteProperty(v == "" ? "(default)" : v, Reg.Get(n, v))); hit = any = true; }
                if (!hit && !WildcardPattern.ContainsWildcardCharacters(want))
                    WriteError(new ErrorRecord(new PSArgumentException("Property " + want + " does not exist at path " + n + "."), "System.Management.Automation.PSArgumentException", ErrorCategory.InvalidArgument, want));
            }
            if (any) WritePropertyObject(o, path);
        }
        public object GetPropertyDynamicParameters(string path, Collection<string> names) { return null; }
        public void SetProperty(string path, PSObject value)
        {
            if (!Need(path)) return;
            string kind = null;
            var dp = DynamicParameters as RegistryTypeParameter;
            if (dp != null && dp.Type != RegistryValueKind.Unknown) kind = dp.Type.ToString();
            foreach (var p in value.Properties) { Reg.Set(Reg.Norm(path), p.Name == "(default)" ? "" : p.Name, p.Value, kind); }
        }
        public object SetPropertyDynamicParameters(string path, PSObject value) { return new RegistryTypeParameter(); }
        public void ClearProperty(string path, Collection<string> names) { foreach (var n in names) Reg.Remove(Reg.Norm(path), n); }
        public object ClearPropertyDynamicParameters(string path, Collection<string> names) { return null; }
        public void NewProperty(string path, string name, string type, object value)
        {
            if (!Need(path)) return;
            string n = Reg.Norm(path);
            if (!Force && Reg.ValueNames(n).Contains(name, StringComparer.OrdinalIgnoreCase))
            { WriteError(new ErrorRecord(new IOException("The property already exists."), "System.IO.IOException", ErrorCategory.ResourceExists, path)); return; }
            RegistryValueKind k = RegistryValueKind.Unknown;
            if (!string.IsNullOrEmpty(type) && !Enum.TryParse(type, true, out k))
            { WriteError(new ErrorRecord(new ArgumentException("The type '" + type + "' is not a registry value kind."), "Argument", ErrorCategory.InvalidArgument, type)); return; }
            Reg.Set(n, name, value, k == RegistryValueKind.Unknown ? null : k.ToString());
            var o = new PSObject(); o.Properties.Add(new PSNoteProperty(name, Reg.Get(n, name)));
            WritePropertyObject(o, path);
        }
        public object NewPropertyDynamicParameters(string path, string name, string type, object value) { return null; }
        public void RemoveProperty(string path, string name)
        {
            if (!Need(path)) return;
            if (!Reg.Remove(Reg.Norm(path), name))
                WriteError(new ErrorRecord(new PSArgumentException("Property " + name + " does not exist at path " + Reg.Norm(path) + "."), "System.Management.Automation.PSArgumentException", ErrorCategory.InvalidArgument, name));
        }
        public object RemovePropertyDynamicParameters(string path, string name) { return null; }
        public void RenameProperty(string path, string a, string b) { Reg.Set(path, b, Reg.Get(path, a), Reg.Kind(path, a)); Reg.Remove(Reg.Norm(path), a); }
        public object RenamePropertyDynamicParameters(string path, string a, string b) { return null; }
        public void CopyProperty(string p, string a, string q, string b) { Reg.Set(Reg.Norm(q), b, Reg.Get(p, a), Reg.Kind(p, a)); }
        public object CopyPropertyDynamicParameters(string p, string a, string q, string b) { return null; }
        public void MoveProperty(string p, string a, string q, string b) { CopyProperty(p, a, q, b); Reg.Remove(Reg.Norm(p), a); }
        public object MovePropertyDynamicParameters(string p, string a, string q, string b) { return null; }
    }
}
