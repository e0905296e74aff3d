// What the system does, on one page in the portal.
param location string
param tags object
param insightsId string

resource workbook 'Microsoft.Insights/workbooks@2022-04-01' = {
  name: guid(resourceGroup().id, 'csp-backend')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'CSP multi-partner backend'
    category: 'workbook'
    sourceId: insightsId
    serializedData: loadTextContent('../workbook.json')
    version: '1.0'
  }
}
