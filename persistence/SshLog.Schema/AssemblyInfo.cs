using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("SshLog.Persistence.Tests")]
