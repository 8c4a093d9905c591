using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("SshLog.Actors.Tests")]
