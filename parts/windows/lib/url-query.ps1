# with: url-query
# For clusters that have a secret query (a shared access signature) in a download's URL.

# Arguments of a program can be seen by others, so such a file is asked for from here. Without a hash to go by it is not
# followed elsewhere: .NET would also follow from https to http. Answers as Wait-Program does for curl.
function Receive-QueryDownload {
    param($Job)
    $request = @{ UseBasicParsing = $true; Uri = "$($Job.Url)?$($Job.Query.TrimStart('?'))"; OutFile = $Job.Part; TimeoutSec = $Job.Seconds }
    if (-not @(Get-AcceptedHash $Job.Component).Count) { $request['MaximumRedirection'] = 0 }
    $answer = [pscustomobject]@{ ExitCode = 0; Output = '200'; ErrorText = '' }
    try {
        # .NET Framework on an older build offers less by itself
        [System.Net.ServicePointManager]::SecurityProtocol = [System.Net.ServicePointManager]::SecurityProtocol -bor [System.Net.SecurityProtocolType]::Tls12
        $null = Invoke-WebRequest @request
    }
    catch {
        $answer.ExitCode = 22
        $answer.ErrorText = $_.Exception.Message
        $answer.Output = "$([int](Get-Property (Get-Property $_.Exception 'Response') 'StatusCode' 0))"
    }
    # a part of it cannot be continued
    if ($answer.ExitCode) { Remove-Item -LiteralPath $Job.Part -Force -ErrorAction SilentlyContinue }
    $answer
}
