// What all files here use.
global using System;
global using System.Collections;
global using System.Collections.Generic;
global using System.Collections.ObjectModel;
global using System.IO;
global using System.Linq;
global using System.Management.Automation;
global using System.Management.Automation.Provider;
global using System.Text;
global using System.Text.Json;
global using Microsoft.Win32;
