@{ Base = 'stock-2019'; Description = 'what packer starts from: stock, without the Containers feature, with its account, listener and an app of its own'
   Containers = 'Available'; Users = @('packer'); Listeners = @('HTTPS'); UserPackages = @('Microsoft.Winget.Source_2025.1.0_neutral__8wekyb3d8bbwe')
   Files = @{ 'C:\WindowsAzure\Logs\WaAppAgent.log' = 'agent'; 'C:\Windows\Temp\packer-elevated.xml' = 'x'; 'C:\Windows\Panther\unattend.xml' = '<unattend/>' } }
