// What is set on the function app once it is there: settings, publishing, logs. The same on both plans,
// but for what Elastic Premium must be told and Flex Consumption refuses.
param siteName string
param hosting string
param packageVersion string
param identityId string
param identityClientId string
param storage object
param packageContainer string
param vaultUri string
param insightsConnection string
param workspaceId string

// What the deployment decides; docs/settings.md says what each means.
param cloud string
param clientId string
param operatorTenantId string
param publicBaseUrl string
param sweepSchedule string
param rolePreset string
param memberAccess bool
param supportContact string
param customerAgreementUrl string

resource site 'Microsoft.Web/sites@2024-04-01' existing = {
  name: siteName

  // Nobody signs in to publish with a user name and a password.
  resource ftp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: { allow: false }
  }

  resource scm 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
  }
}

var url = empty(publicBaseUrl) ? 'https://${site.properties.defaultHostName}' : publicBaseUrl

// Elastic Premium would want a key for its content share. Started from the package it needs none.
// Without a version there is no package yet: the account that takes it has just been made.
var premiumSettings = {
  FUNCTIONS_EXTENSION_VERSION: '~4'
  FUNCTIONS_WORKER_RUNTIME: 'python'
}
var packageSettings = {
  WEBSITE_RUN_FROM_PACKAGE: '${packageContainer}/app-${packageVersion}.zip'
  WEBSITE_RUN_FROM_PACKAGE_BLOB_MI_RESOURCE_ID: identityId
}

// AzureWebJobsDisableHomepage: `/` is ours, not a page of the platform.
// PYTHON_ENABLE_OPENTELEMETRY: the worker hands over the host's span, and the host leaves the app's
// log lines to the app, which sends them itself. Libraries of the worker before 1.3 fail every call
// with it; the package brings its own (requirements.txt).
var hostSettings = {
  AzureWebJobsDisableHomepage: 'true'
  AzureWebJobsStorage__blobServiceUri: storage.blob
  AzureWebJobsStorage__credential: 'managedidentity'
  PYTHON_ENABLE_OPENTELEMETRY: 'true'
}

// The host reads some of them, too.
var appSettings = {
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
  APPLICATIONINSIGHTS_CONNECTION_STRING: insightsConnection
  AZURE_FUNCTIONS_ENVIRONMENT: 'Production'
  AzureWebJobsStorage__clientId: identityClientId
  AzureWebJobsStorage__queueServiceUri: storage.queue
  AzureWebJobsStorage__tableServiceUri: storage.table
  CLIENT_ID: clientId
  CLOUD: cloud
  CUSTOMER_AGREEMENT_URL: customerAgreementUrl
  FEED_HOLD_SECONDS: '15'
  FORM_SECONDS: '1200'
  MEMBER_ACCESS: toLower(string(memberAccess))
  OPERATOR_TENANT_ID: operatorTenantId
  PROFILE_CACHE_SECONDS: '60'
  PUBLIC_BASE_URL: url
  ROLE_PRESET: rolePreset
  SESSION_KEYS: '@Microsoft.KeyVault(SecretUri=${vaultUri}secrets/session-keys)'
  SESSION_SECONDS: '1800'
  SIGN_IN_FRESH_SECONDS: '600'
  SIGN_IN_IDENTITY: identityClientId
  STORAGE_CLIENT: 'engine'
  SUPPORT_CONTACT: supportContact
  SWEEP_SCHEDULE: sweepSchedule
  WEBHOOK_SECRET_KEY: '@Microsoft.KeyVault(SecretUri=${vaultUri}secrets/webhook-secret-key)'
}

resource settings 'Microsoft.Web/sites/config@2024-04-01' = {
  parent: site
  name: 'appsettings'
  properties: union(
    hosting == 'elasticPremium' ? premiumSettings : {},
    hosting == 'elasticPremium' && !empty(packageVersion) ? packageSettings : {},
    hostSettings,
    appSettings
  )
}

resource logs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: site
  name: 'to-workspace'
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'FunctionAppLogs', enabled: true }]
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

output id string = site.id
output url string = url
